-- $1 application, $2 reads, $3 fields ("all": every one), $4 edits, $5 by whom.
INSERT INTO application_grant (district_id, application_id, reads, fields, edits, granted_by)
VALUES (tenant(), $1::uuid, $2::text[], CASE WHEN 'all' = ANY ($3::text[]) THEN application_fields() ELSE $3::text[] END,
    $4::text[], $5::text)
ON CONFLICT (district_id, application_id) DO UPDATE SET reads = excluded.reads, fields = excluded.fields,
    edits = excluded.edits, granted_by = excluded.granted_by, granted_at = now()
