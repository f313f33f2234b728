UPDATE district_data_key SET state = 'replaced', replaced_at = now() WHERE district_id = tenant() AND state = 'active'
