-- plan.decided again where nobody took up an act by hand, or the wish to undo it. $1 act, $2 milliseconds.
WITH waits AS (
    SELECT min(since) AS since FROM (
        SELECT a.decided_at AS since FROM act a WHERE a.district_id = tenant() AND a.act_id = $1::uuid AND a.state = 'approved'
        UNION ALL
        SELECT u.requested_at FROM undo u WHERE u.district_id = tenant() AND u.act_id = $1::uuid AND u.done_at IS NULL) w)
INSERT INTO outbox (district_id, topic, key, data)
SELECT tenant(), 'plan.decided', tenant()::text, jsonb_build_object('district', tenant(), 'act', $1::uuid)
FROM waits w WHERE say_again('plan.decided', $1::uuid, w.since, $2::bigint * interval '1 ms')
RETURNING true
