DELETE FROM source_pickup WHERE district_id = tenant() AND source_id = $1::uuid
