-- The items of some pairs: the links ($2 their numbers) and what waits for them; not who joins a class that is a pair itself. $1 plan, $3 the
-- links alone.
WITH class AS MATERIALIZED (
    SELECT 'class:' || u.source_id || ':' || i.new_value || ':' AS name
    FROM decided_item i JOIN user_list u ON u.district_id = tenant() AND u.list_id = substr(i.subject, 3)::uuid
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.kind = 'rename' AND i.field = 'class' AND i.outcome IS NULL
        AND i.decision IS DISTINCT FROM 'declined')
SELECT array_agg(DISTINCT i.item_no)::text FROM plan_item i
JOIN plan_item l ON l.district_id = tenant() AND l.plan_id = $1::uuid AND l.item_no = ANY ($2::int[]) AND l.person = i.person
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL
  AND (i.item_no = l.item_no OR (NOT $3::boolean AND i.kind = 'join' AND i.hold = 're-keyed'
      AND (i.subject = l.subject OR l.subject = ANY (i.basis))
      AND NOT EXISTS (SELECT FROM class c WHERE c.name = regexp_replace(i.field, '[^:]*$', ''))))
