-- $1 application.
SELECT d.district_id, d.slug, d.name FROM application_grant g JOIN district d USING (district_id)
WHERE g.application_id = $1::uuid ORDER BY d.district_id
