INSERT INTO source (district_id, name, kind, demographics, version, resources)
VALUES (tenant(), $1::text, 'oneroster-csv', $2::boolean, coalesce($3::text, '1.1'), $4::boolean)
ON CONFLICT (district_id, name) WHERE removed_at IS NULL DO NOTHING
RETURNING source_id
