-- Schools that the sources sent, by SIS id or name.
SELECT DISTINCT sourced_id, body ->> 'name' FROM mirror_record
WHERE district_id = tenant() AND collection = 'orgs' AND present AND body ->> 'type' = 'school'
  AND (sourced_id = $1::text OR lower(body ->> 'name') = lower($1::text))
