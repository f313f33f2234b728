-- Counts by kind, what waits and why, from the items themselves; into the plan's row. $1 plan, $2
-- situations. Gives how many items go unasked.
WITH item AS MATERIALIZED (
    SELECT kind, hold, decision, count(*) AS n FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL GROUP BY 1, 2, 3),
waits AS (SELECT * FROM item WHERE hold <> '' AND decision IS NULL)
UPDATE plan SET counts = jsonb_build_object(
    'items', (SELECT coalesce(sum(n), 0) FROM item),
    'held', (SELECT coalesce(sum(n), 0) FROM waits),
    'kinds', (SELECT coalesce(jsonb_object_agg(kind, n), '{}')
        FROM (SELECT kind, sum(n) AS n FROM item GROUP BY kind) k),
    'holds', (SELECT coalesce(jsonb_object_agg(hold, n), '{}')
        FROM (SELECT hold, sum(n) AS n FROM waits GROUP BY hold) h),
    'waits', (SELECT coalesce(jsonb_object_agg(kind, n), '{}')
        FROM (SELECT kind, sum(n) AS n FROM waits GROUP BY kind) k),
    'situations', $2::jsonb)
WHERE district_id = tenant() AND plan_id = $1::uuid
RETURNING (SELECT coalesce(sum(n), 0) FROM item
    WHERE decision = 'approved' OR (decision IS NULL AND hold = ''))
