-- The new credentials are not tried any more; the old ones are the only ones again.
UPDATE source_credential SET value = old_value, key_id = old_key_id, set_at = coalesce(old_set_at, set_at),
    old_value = NULL, old_key_id = NULL, old_set_at = NULL
WHERE district_id = tenant() AND source_id = $1::uuid AND old_value IS NOT NULL RETURNING name
