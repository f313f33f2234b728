-- Counts by kind, and what waits and why; into the plan's row and out. $1 plan.
UPDATE plan SET counts = jsonb_build_object(
    'items', (SELECT count(*) FROM plan_item i WHERE i.district_id = tenant()
        AND i.plan_id = $1::uuid),
    'held', (SELECT count(*) FROM plan_item i WHERE i.district_id = tenant()
        AND i.plan_id = $1::uuid AND i.hold <> ''
                 AND i.decision IS NULL AND i.outcome IS NULL),
    'kinds', (SELECT coalesce(jsonb_object_agg(kind, n), '{}')
        FROM (SELECT kind, count(*) n FROM plan_item i
                 WHERE i.district_id = tenant() AND i.plan_id = $1::uuid GROUP BY kind) k),
    'holds', (SELECT coalesce(jsonb_object_agg(hold, n), '{}')
        FROM (SELECT hold, count(*) n FROM plan_item i
                 WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.hold <> ''
                     AND i.outcome IS NULL GROUP BY hold) h),
    'situations', $2::jsonb)
WHERE district_id = tenant() AND plan_id = $1::uuid
