SELECT EXISTS (SELECT FROM district_data_key WHERE district_id = tenant() AND state = 'destroyed')
