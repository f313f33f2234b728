-- Counts by kind, and what waits and why; into the plan's row. $1 plan, $2 situations.
WITH item AS MATERIALIZED (
    SELECT kind, hold, outcome IS NULL AS stands, decision IS NULL AS undecided, count(*) AS n
    FROM plan_item WHERE district_id = tenant() AND plan_id = $1::uuid GROUP BY 1, 2, 3, 4)
UPDATE plan SET counts = jsonb_build_object(
    'items', (SELECT coalesce(sum(n), 0) FROM item),
    'held', (SELECT coalesce(sum(n), 0) FROM item WHERE hold <> '' AND undecided AND stands),
    'kinds', (SELECT coalesce(jsonb_object_agg(kind, n), '{}')
        FROM (SELECT kind, sum(n) AS n FROM item GROUP BY kind) k),
    'holds', (SELECT coalesce(jsonb_object_agg(hold, n), '{}')
        FROM (SELECT hold, sum(n) AS n FROM item WHERE hold <> '' AND stands GROUP BY hold) h),
    'situations', $2::jsonb)
WHERE district_id = tenant() AND plan_id = $1::uuid
