INSERT INTO upload (district_id, source_id, name, version, bytes, added_by)
VALUES (tenant(), $1::uuid, $2, $3, $4::bigint, $5) RETURNING upload_id
