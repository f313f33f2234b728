-- $1 application.
SELECT d.slug, array_to_string(g.reads, ', '), array_to_string(g.fields, ', '), array_to_string(g.edits, ', '), g.granted_by, g.granted_at
FROM application_grant g JOIN district d USING (district_id) WHERE g.application_id = $1::uuid ORDER BY d.slug
