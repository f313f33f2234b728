-- What lies plain that should be sealed.
SELECT (SELECT count(*) FROM source_credential WHERE district_id = tenant()
            AND (key_id IS NULL OR old_value IS NOT NULL AND old_key_id IS NULL)) +
       (SELECT count(*) FROM district_key WHERE district_id = tenant() AND hash_key IS NOT NULL)
