UPDATE run SET phase = 'done', state = $2, failure = $3, parked = false, finished_at = now()
    WHERE run_id = $1::uuid AND phase <> 'done'
