-- Whom a source's first snapshot says to be disabled. $1 source.
INSERT INTO disabled_record (district_id, source_id, sourced_id)
SELECT tenant(), m.source_id, m.sourced_id FROM mirror_record m
WHERE m.district_id = tenant() AND m.source_id = $1::uuid AND m.collection = 'users'
    AND m.body->'enabled' = 'false'::jsonb
