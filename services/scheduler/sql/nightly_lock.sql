SELECT 1 FROM source WHERE district_id = tenant() AND source_id = $1::uuid FOR NO KEY UPDATE
