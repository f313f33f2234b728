SELECT paused_at IS NOT NULL, paused_reason FROM district WHERE district_id = tenant()
