SELECT DISTINCT sourced_id, body ->> 'name' FROM mirror_record WHERE district_id = tenant() AND collection = 'orgs' AND body ->> 'type' = 'school'
