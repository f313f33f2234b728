SELECT undo_id::text, requested_by FROM undo WHERE district_id = tenant() AND done_at IS NULL
    ORDER BY requested_at
