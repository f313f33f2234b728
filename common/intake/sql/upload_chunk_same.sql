-- Was the page here already, and now is this upload's, too?
SELECT upload_chunk_same($1::uuid, $2, $3::bigint, $4::int, decode($5::text, 'hex'))
