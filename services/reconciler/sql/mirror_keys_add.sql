INSERT INTO match_key (district_id, node, key)
SELECT tenant(), 'r:' || $1::text || ':' || i.sourced_id, n
FROM w_in i, match_keys(i.body) n
WHERE i.collection = 'users' AND i.act IN ('new', 'returned', 'changed') AND i.body IS NOT NULL
ON CONFLICT DO NOTHING
