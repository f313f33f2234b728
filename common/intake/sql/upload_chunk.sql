WITH body AS (INSERT INTO upload_body (district_id, collection, digest, field, sealed)
              VALUES (tenant(), $2, decode($5::text, 'hex'), $6, decode($7::text, 'hex')) RETURNING body_id)
INSERT INTO upload_chunk (district_id, upload_id, collection, cursor, records, body_id)
SELECT tenant(), $1::uuid, $2, $3::bigint, $4::int, b.body_id FROM body b
