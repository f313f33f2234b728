SELECT run_id::text, source_id::text FROM plan WHERE district_id = tenant() AND state = 'open'
