SELECT kind FROM source WHERE district_id = tenant() AND source_id = $1::uuid
