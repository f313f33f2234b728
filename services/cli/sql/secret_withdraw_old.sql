-- The old credentials serve no longer.
UPDATE source_credential SET old_value = NULL, old_key_id = NULL, old_set_at = NULL
WHERE district_id = tenant() AND source_id = $1::uuid AND old_value IS NOT NULL RETURNING name
