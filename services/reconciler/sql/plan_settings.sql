SELECT scope, name, value::text FROM setting WHERE district_id = tenant()
