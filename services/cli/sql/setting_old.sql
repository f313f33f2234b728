SELECT value, value = $3::jsonb FROM setting WHERE district_id = tenant() AND scope = $1::text AND name = $2::text
