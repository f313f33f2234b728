-- Who came and is disabled. $1 source.
INSERT INTO disabled_record (district_id, source_id, sourced_id)
SELECT DISTINCT tenant(), $1::uuid, i.sourced_id FROM w_in i
WHERE i.collection = 'users' AND i.act IN ('new', 'returned', 'changed', 'dated', 'same')
    AND i.body->'enabled' = 'false'::jsonb
ON CONFLICT DO NOTHING
