DELETE FROM source_credential WHERE district_id = tenant() AND source_id = $1::uuid
