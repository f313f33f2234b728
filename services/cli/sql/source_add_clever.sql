WITH added AS (
    INSERT INTO source (district_id, name, kind, version, auth, base_url, token_url, ca_file, page_size, demographics, verify)
    VALUES (tenant(), $1::text, 'clever', '3.1', 'clever', $2::text, $3::text, $4::text, coalesce($5::int, 1000), $6::boolean, false)
    ON CONFLICT (district_id, name) WHERE removed_at IS NULL DO NOTHING
    RETURNING source_id
)
INSERT INTO clever_source (district_id, source_id, clever_district) SELECT tenant(), a.source_id, $7::text FROM added a
RETURNING source_id
