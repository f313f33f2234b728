UPDATE run SET phase = 'checked', suspect = $2::boolean WHERE run_id = $1::uuid AND phase = 'ready'
