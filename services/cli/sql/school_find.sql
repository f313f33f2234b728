-- Schools that the sources sent, or that a test of one found, by SIS id or name.
SELECT sourced_id, name FROM (
    SELECT sourced_id, body ->> 'name' AS name FROM mirror_record
    WHERE district_id = tenant() AND collection = 'orgs' AND present AND body ->> 'type' = 'school'
    UNION SELECT sourced_id, name FROM probe_schools()) s
WHERE sourced_id = $1::text OR lower(name) = lower($1::text)
