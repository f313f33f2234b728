UPDATE run SET phase = 'checked', suspect = $2::boolean,
    counts = counts || jsonb_build_object('missing', $3::bigint, 'twice', $4::bigint)
WHERE run_id = $1::uuid AND phase = 'ready'
