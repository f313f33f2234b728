-- plan.decided again where nobody took up what people said: decided items, a run on hold that nothing holds any more (its plan was
-- discarded), a wish to undo. Items are looked at only where no decision waits: the first that is held ends the look. $1 run, $2 milliseconds.
WITH decided AS (
    SELECT min(p.decided_at) FILTER (WHERE p.state = 'open') AS since, max(p.closed_at) AS closed_at FROM plan p WHERE p.district_id = tenant() AND p.run_id = $1::uuid),
waits AS (
    SELECT least(
        CASE WHEN d.since IS NOT NULL THEN d.since
             WHEN r.state = 'On hold' AND NOT EXISTS (
                 SELECT FROM plan p JOIN plan_item i USING (district_id, plan_id)
                 WHERE p.district_id = tenant() AND p.run_id = r.run_id AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> ''
                   AND i.decision IS NULL) THEN greatest(r.finished_at, d.closed_at) END,
        (SELECT min(u.requested_at) FROM undo u WHERE u.district_id = tenant() AND u.run_id = r.run_id AND u.done_at IS NULL)) AS since,
        r.run_id, r.source_id
    FROM run r, decided d WHERE r.district_id = tenant() AND r.run_id = $1::uuid)
SELECT event_add(w.run_id, 'plan.decided', w.source_id::text, jsonb_build_object('district', tenant(), 'run', w.run_id, 'source', w.source_id))
FROM waits w WHERE say_again('plan.decided', w.run_id, w.since, $2::bigint * interval '1 ms')
