SELECT probe_id FROM probe WHERE district_id = tenant() AND source_id = $1::uuid AND finished_at IS NOT NULL ORDER BY probe_id DESC LIMIT 1
