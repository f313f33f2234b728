SELECT undo_id::text, requested_by, act_id::text FROM undo
WHERE district_id = tenant() AND done_at IS NULL ORDER BY requested_at
