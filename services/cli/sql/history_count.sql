SELECT count(*) FROM history WHERE district_id = tenant() AND run_id = $1::uuid AND history_id = coalesce($2::bigint, history_id) AND undone_at IS NULL
