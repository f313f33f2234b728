INSERT INTO upload_chunk (district_id, upload_id, collection, cursor, records, sealed)
VALUES (tenant(), $1::uuid, $2, $3::bigint, $4::int, decode($5::text, 'hex'))
