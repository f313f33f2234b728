-- Pairs that are as they were shown: neither account has moved, none stands in two of them, and
-- either both or none is left out of the sync. $1 act, $2 today.
WITH items AS (
    SELECT item_no, account_id AS stays, substr(new_value, 3)::uuid AS goes, version FROM act_item
    WHERE district_id = tenant() AND act_id = $1::uuid AND kind = 'merge' AND outcome IS NULL),
first AS (
    SELECT account_id, min(item_no) AS item_no
    FROM (SELECT item_no, stays AS account_id FROM items UNION ALL SELECT item_no, goes FROM items) n
    GROUP BY account_id),
excluded AS (
    SELECT node FROM exclusion WHERE district_id = tenant() AND coalesce(until > $2::date, true))
INSERT INTO act_pair
SELECT i.item_no, i.stays, i.goes
FROM items i
JOIN first fs ON fs.account_id = i.stays AND fs.item_no = i.item_no
JOIN first fg ON fg.account_id = i.goes AND fg.item_no = i.item_no
JOIN account s ON s.district_id = tenant() AND s.account_id = i.stays
JOIN account g ON g.district_id = tenant() AND g.account_id = i.goes
WHERE s.merged_into IS NULL AND g.merged_into IS NULL AND i.version = s.version + g.version
    AND ('a:' || i.stays IN (SELECT node FROM excluded))
        = ('a:' || i.goes IN (SELECT node FROM excluded))
