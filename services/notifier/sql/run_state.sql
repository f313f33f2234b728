SELECT state, test FROM run WHERE district_id = tenant() AND run_id = $1::uuid
