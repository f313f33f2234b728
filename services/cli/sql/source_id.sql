SELECT source_id FROM source WHERE district_id = tenant() AND removed_at IS NULL AND name = coalesce($1::text, name) ORDER BY name
