SELECT string_agg(DISTINCT name, ', ') FROM (
    SELECT body ->> 'name' AS name FROM mirror_record
    WHERE district_id = tenant() AND collection = 'orgs' AND present AND body ->> 'type' = 'school'
    UNION SELECT name FROM probe_schools()) s
