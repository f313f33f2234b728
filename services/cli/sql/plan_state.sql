SELECT state, hash FROM plan WHERE district_id = tenant() AND plan_id = $1::uuid
