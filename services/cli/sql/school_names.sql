SELECT string_agg(DISTINCT body ->> 'name', ', ') FROM mirror_record
WHERE district_id = tenant() AND collection = 'orgs' AND present AND body ->> 'type' = 'school'
