-- What came of the run's plans: applied by kind, held and undecided, how records met the directory.
-- $1 run.
WITH done AS (
    SELECT kind, count(*) AS n FROM history WHERE district_id = tenant() AND run_id = $1::uuid
        AND undone_at IS NULL GROUP BY kind),
waits AS (
    SELECT i.kind, i.hold, count(*) AS n FROM plan p JOIN plan_item i USING (district_id, plan_id)
    WHERE p.district_id = tenant() AND p.run_id = $1::uuid AND p.state IN ('open', 'test')
        AND i.outcome IS NULL AND i.hold <> '' AND i.decision IS NULL
    GROUP BY i.kind, i.hold)
SELECT jsonb_build_object(
        'applied', (SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM done),
        'held', (SELECT coalesce(jsonb_object_agg(kind, n), '{}')
            FROM (SELECT kind, sum(n) AS n FROM waits GROUP BY kind) k),
        'holds', (SELECT coalesce(jsonb_object_agg(hold, n), '{}')
            FROM (SELECT hold, sum(n) AS n FROM waits GROUP BY hold) h),
        'situations', coalesce((SELECT p.counts->'situations' FROM plan p
            WHERE p.district_id = tenant() AND p.run_id = $1::uuid
                                ORDER BY p.made_at LIMIT 1), '{}'))::text,
       coalesce((SELECT sum(n) FROM waits), 0)
