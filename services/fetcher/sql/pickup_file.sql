INSERT INTO pickup_file (district_id, source_id, name, bytes, mtime, digest, outcome, words, upload_id)
VALUES (tenant(), $1::uuid, $2, $3::bigint, $4::bigint, $5, $6, $7, $8::uuid)
ON CONFLICT (district_id, source_id, name, mtime, bytes) DO NOTHING
