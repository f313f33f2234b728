-- A question what other settings would do, and plan.decided: look. $1 changes, $2 who asks. Of the run whose plan is open, else the last one.
WITH last AS (
    SELECT r.run_id, r.source_id FROM run r LEFT JOIN plan p ON p.district_id = tenant() AND p.run_id = r.run_id AND p.state = 'open'
    WHERE r.district_id = tenant() ORDER BY p.plan_id IS NULL, r.run_id DESC LIMIT 1),
asked AS (
    INSERT INTO preview (district_id, changes, requested_by) SELECT tenant(), $1::jsonb, $2::text FROM last RETURNING preview_id)
SELECT a.preview_id, event_add(l.run_id, 'plan.decided', l.source_id::text, jsonb_build_object('district', tenant(), 'run', l.run_id,
    'source', l.source_id, 'preview', a.preview_id))
FROM asked a CROSS JOIN last l
