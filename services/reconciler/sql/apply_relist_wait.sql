-- P7: nobody joins or leaves a class that waits to go on under another id, whoever approved that: the
-- new class would get a list of its own, and the pair would be none any more. $1 plan.
WITH waiting AS MATERIALIZED (
    SELECT 'class:' || u.source_id || ':' || x.id || ':' AS name
    FROM decided_item i
    JOIN user_list u ON u.district_id = tenant() AND u.list_id = substr(i.subject, 3)::uuid
    CROSS JOIN LATERAL (VALUES (i.old_value), (i.new_value)) x(id)
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.kind = 'rename'
        AND i.field = 'class' AND i.outcome IS NULL AND i.decision IS NULL AND i.hold <> '')
DELETE FROM plan_go g USING waiting w
WHERE g.kind IN ('join', 'end') AND regexp_replace(g.field, '[^:]*$', '') = w.name
