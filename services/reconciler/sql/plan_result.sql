-- What came of the run's plans: applied by kind, held and undecided, how records met the directory.
-- $1 run, $2 the plan has just been made, so its own counts hold.
WITH done AS (
    SELECT kind, count(*) AS n FROM history WHERE district_id = tenant() AND run_id = $1::uuid
        AND undone_at IS NULL GROUP BY kind),
stands AS (
    SELECT * FROM plan WHERE district_id = tenant() AND run_id = $1::uuid
        AND state IN ('open', 'test')),
waits AS (
    SELECT i.kind, i.hold, count(*) AS n
    FROM stands p JOIN decided_item i ON i.district_id = tenant() AND i.plan_id = p.plan_id
    WHERE NOT $2::boolean AND i.outcome IS NULL AND i.hold <> '' AND i.decision IS NULL
    GROUP BY i.kind, i.hold),
held AS (
    SELECT kind, sum(n) AS n FROM waits GROUP BY kind
    UNION ALL
    SELECT w.key, sum(w.value::bigint) FROM stands p, jsonb_each_text(p.counts->'waits') w
    WHERE $2::boolean GROUP BY w.key),
holds AS (
    SELECT hold, sum(n) AS n FROM waits GROUP BY hold
    UNION ALL
    SELECT w.key, sum(w.value::bigint) FROM stands p, jsonb_each_text(p.counts->'holds') w
    WHERE $2::boolean GROUP BY w.key)
SELECT jsonb_build_object(
        'applied', (SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM done),
        'held', (SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM held),
        'holds', (SELECT coalesce(jsonb_object_agg(hold, n), '{}') FROM holds),
        'lists', (SELECT jsonb_build_object('made', count(*) FILTER (WHERE made_run = $1::uuid),
            'ended', count(*) FILTER (WHERE ended_run = $1::uuid),
            'rekeyed', (SELECT count(*) FROM list_class_before b WHERE b.district_id = tenant()
                AND b.run_id = $1::uuid))
            FROM user_list WHERE district_id = tenant()),
        'situations', coalesce((SELECT p.counts->'situations' FROM plan p
            WHERE p.district_id = tenant() AND p.run_id = $1::uuid
            ORDER BY p.made_at LIMIT 1), '{}'))::text,
    coalesce((SELECT sum(n) FROM held), 0)
