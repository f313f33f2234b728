SELECT done_at IS NOT NULL, undone, left_alone FROM undo WHERE district_id = tenant() AND undo_id = $1::uuid
