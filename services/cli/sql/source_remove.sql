UPDATE source SET removed_at = now(), automatic = false, next_due_at = NULL
WHERE district_id = tenant() AND source_id = $1::uuid AND removed_at IS NULL
