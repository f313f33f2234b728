-- The user lists that somebody joins, made from their classes. $1 name, where neither the school
-- nor, after it, the source has one of its own, $2 run.
INSERT INTO user_list (district_id, source_id, class_id, title, class_code, school_id, terms,
    grades, made_run)
SELECT tenant(), m.source_id, m.sourced_id, CASE WHEN n.name = '{class}'
        THEN coalesce(m.body->>'title', m.body->>'classCode', m.sourced_id)
        ELSE class_list_name(n.name, m.source_id, m.sourced_id, m.body) END,
    m.body->>'classCode', m.body->>'school',
    ARRAY(SELECT jsonb_array_elements_text(m.body->'terms')),
    ARRAY(SELECT jsonb_array_elements_text(m.body->'grades')), $2::uuid
FROM mirror_record m
JOIN (SELECT DISTINCT source_id, class_id FROM plan_list WHERE list_id IS NULL) g
    ON g.source_id = m.source_id AND g.class_id = m.sourced_id
CROSS JOIN LATERAL (SELECT coalesce((SELECT s.value #>> '{}' FROM plan_setting s
        WHERE s.name = 'class-list-name'
            AND s.scope IN ('school:' || (m.body->>'school'), 'source:' || m.source_id)
        ORDER BY s.scope LIMIT 1), $1) AS name) n
WHERE m.district_id = tenant() AND m.collection = 'classes'
ON CONFLICT DO NOTHING
