UPDATE district_data_key SET wrapped = decode($1::text, 'hex') WHERE district_id = tenant() AND key_id = $2::uuid AND wrapped <> ''
