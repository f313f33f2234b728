-- What is left to say of lists that have gone on with their class: they are done, and joins and ends
-- that were planned under either id come again where they are still due. $1 plan.
WITH field AS MATERIALIZED (
    SELECT 'class:' || r.source_id || ':' || x.id || ':' AS name
    FROM plan_relist r CROSS JOIN LATERAL (VALUES (r.was), (r.now)) x(id)),
away AS (
    DELETE FROM plan_go g USING field f
    WHERE g.kind IN ('join', 'end') AND regexp_replace(g.field, '[^:]*$', '') = f.name),
stale AS (
    UPDATE plan_item i SET outcome = 'overtaken'
    FROM field f
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL
        AND i.kind IN ('join', 'end') AND regexp_replace(i.field, '[^:]*$', '') = f.name)
INSERT INTO plan_done
SELECT g.item_no, g.person, 'rename', NULL, u.version
FROM plan_go g
JOIN plan_relist r ON 'l:' || r.list_id = g.subject
JOIN user_list u ON u.district_id = tenant() AND u.list_id = r.list_id
WHERE g.kind = 'rename' AND g.field = 'class'
