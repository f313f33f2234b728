INSERT INTO upload_file (district_id, upload_id, collection, file, mode, records, reason)
VALUES (tenant(), $1::uuid, $2, $3, $4, $5::bigint, $6)
