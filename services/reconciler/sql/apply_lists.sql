-- The user lists that somebody joins, made from their classes, called as plan_name says. $1 run.
INSERT INTO user_list (district_id, source_id, class_id, title, class_code, school_id, terms,
    grades, made_run)
SELECT tenant(), m.source_id, m.sourced_id, p.name,
    m.body->>'classCode', m.body->>'school',
    ARRAY(SELECT jsonb_array_elements_text(m.body->'terms')),
    ARRAY(SELECT jsonb_array_elements_text(m.body->'grades')), $1::uuid
FROM mirror_record m
JOIN plan_name p ON p.source_id = m.source_id AND p.class_id = m.sourced_id
WHERE m.district_id = tenant() AND m.collection = 'classes' AND p.name IS NOT NULL
    AND m.source_id = ANY (ARRAY(SELECT s.source_id FROM source s WHERE s.district_id = tenant()))
ON CONFLICT DO NOTHING
