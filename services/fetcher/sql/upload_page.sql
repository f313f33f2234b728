-- A page of an upload, by the records before it.
SELECT records, encode(sealed, 'hex') FROM upload_chunk
WHERE district_id = tenant() AND upload_id = $1::uuid AND collection = $2 AND cursor = $3::bigint
