INSERT INTO w_moved (collection, sourced_id)
SELECT i.collection, i.sourced_id FROM w_in i WHERE i.act IN ('new', 'returned', 'changed')
UNION ALL
SELECT a.collection, a.sourced_id FROM w_away a
