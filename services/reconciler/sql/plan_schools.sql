-- The organisations that are schools, as the mirrors know them. Its sources are named, so that the
-- key of the mirror is used and nothing else of it is read.
SELECT source_id::text, sourced_id, body->>'name' FROM mirror_record
WHERE district_id = tenant() AND collection = 'orgs' AND body->>'type' = 'school'
    AND source_id = ANY (ARRAY(SELECT s.source_id FROM source s WHERE s.district_id = tenant()))
