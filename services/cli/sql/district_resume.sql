UPDATE district SET paused_at = NULL, paused_reason = NULL WHERE district_id = tenant() AND paused_at IS NOT NULL
