UPDATE run SET counts = counts || $2::jsonb WHERE run_id = $1::uuid
