INSERT INTO source (district_id, name, base_url, auth, token_url, ca_file, page_size, demographics, version, resources, parallel)
VALUES (tenant(), $1::text, $2::text, $3::text, $4::text, $5::text, coalesce($6::int, 1000), $7::boolean, coalesce($8::text, '1.1'), $9::boolean,
        coalesce($10::smallint, 1))
ON CONFLICT (district_id, name) WHERE removed_at IS NULL DO NOTHING
RETURNING source_id
