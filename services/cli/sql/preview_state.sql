SELECT done_at IS NOT NULL, failure FROM preview WHERE district_id = tenant() AND preview_id = $1::uuid
