-- $1 application.
SELECT a.name, w.url, CASE WHEN webhook_granted(tenant(), a.application_id) THEN w.state ELSE 'not granted' END, w.state_at, w.why, w.position,
    greatest(coalesce((SELECT h.position FROM change_head h WHERE h.district_id = tenant()), 0) - w.position, 0), w.resync, w.attempts,
    w.failed_since, CASE WHEN w.state <> 'paused' AND w.due_at > now() THEN w.due_at END, w.accepted_at, w.set_by, w.set_at, w.ca_file, a.application_id
FROM webhook w JOIN application a USING (application_id) WHERE w.district_id = tenant() AND w.application_id = $1::uuid
