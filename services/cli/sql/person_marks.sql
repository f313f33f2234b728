-- What people declined of a person (P7). $1 node.
WITH nodes AS (
    SELECT $1::text AS node
    UNION
    SELECT 'r:' || l.source_id || ':' || l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1 LIKE 'a:%' THEN substr($1, 3)::uuid END)
SELECT c.kind, c.field, c.by, c.at, c.node FROM declined c
WHERE c.district_id = tenant() AND c.node IN (SELECT node FROM nodes) ORDER BY c.at
