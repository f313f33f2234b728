SELECT encode(hash_key, 'hex') FROM district_key WHERE district_id = tenant() AND hash_key IS NOT NULL FOR UPDATE
