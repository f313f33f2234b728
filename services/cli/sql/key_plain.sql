-- What lies plain that should be sealed.
SELECT (SELECT count(*) FROM source_credential WHERE district_id = tenant() AND key_id IS NULL) +
       (SELECT count(*) FROM district_key WHERE district_id = tenant() AND hash_key IS NOT NULL)
