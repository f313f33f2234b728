UPDATE district SET paused_at = now(), paused_reason = $1::text WHERE district_id = tenant() AND paused_at IS NULL
