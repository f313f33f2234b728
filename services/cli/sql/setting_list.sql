SELECT scope, name, value, set_by, set_at FROM setting WHERE district_id = tenant()
