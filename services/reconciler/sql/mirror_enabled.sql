-- Who is enabled again: a live sight that says so ends the countdown (D2). What could not be read says
-- nothing. $1 source.
DELETE FROM disabled_record d USING mirror_record m
WHERE d.district_id = tenant() AND d.source_id = $1::uuid AND m.district_id = tenant()
    AND m.source_id = d.source_id AND m.collection = 'users' AND m.sourced_id = d.sourced_id
    AND m.present AND NOT m.unread AND m.body->'enabled' IS DISTINCT FROM 'false'::jsonb
