-- A page of an upload, by the records before it; as what it was sealed.
SELECT c.records, encode(b.sealed, 'hex'), b.field FROM upload_chunk c JOIN upload_body b USING (district_id, body_id)
WHERE c.district_id = tenant() AND c.upload_id = $1::uuid AND c.collection = $2 AND c.cursor = $3::bigint
