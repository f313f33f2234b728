UPDATE district_key SET hash_key = NULL, hash_wrapped = decode($1::text, 'hex') WHERE district_id = tenant()
