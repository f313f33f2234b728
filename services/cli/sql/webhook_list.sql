-- All webhooks, or those of one district. $1 district.
SELECT d.slug, a.name, CASE WHEN webhook_granted(w.district_id, w.application_id) THEN w.state ELSE 'not granted' END, w.state_at, w.accepted_at,
    w.attempts, w.url, w.application_id
FROM webhook w JOIN district d USING (district_id) JOIN application a USING (application_id)
WHERE $1::uuid IS NULL OR w.district_id = $1::uuid ORDER BY d.slug, a.name
