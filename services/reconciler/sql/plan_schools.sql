-- The organisations that are schools, as the mirrors know them.
SELECT source_id::text, sourced_id, body->>'name' FROM mirror_record
WHERE district_id = tenant() AND collection = 'orgs' AND body->>'type' = 'school'
