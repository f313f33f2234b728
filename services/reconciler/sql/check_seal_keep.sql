-- What the pass proved, kept as evidence (L5). $3 different ids, $4 sealed, $5 why not.
SELECT seal_write(c, $3::bigint, $4::boolean, nullif($5, '')) FROM run_collection c
WHERE c.run_id = $1::uuid AND c.collection = $2
