-- What the open plan intends with a person. $1 node.
WITH nodes AS (
    SELECT $1::text AS node
    UNION
    SELECT 'r:' || l.source_id || ':' || l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1 LIKE 'a:%' THEN substr($1, 3)::uuid END)
SELECT i.item_no, i.kind, i.field, i.old_value, i.new_value, i.cause || CASE WHEN i.kind = 'link' AND i.evidence <> '' THEN ' by ' || replace(i.evidence, '=', ', ') ELSE '' END, i.hold, i.decision, i.plan_id
FROM decided_item i JOIN plan p USING (district_id, plan_id)
WHERE p.district_id = tenant() AND p.state = 'open' AND i.outcome IS NULL
  AND (i.subject IN (SELECT node FROM nodes) OR i.basis && ARRAY(SELECT node FROM nodes))
ORDER BY i.item_no LIMIT 50
