-- Lists that the setting would call otherwise, but no list that a person named or that is over, and
-- no name that was declined. Two lists of a school that come to the same name get their class's code
-- behind it, or its id where the code is no better; a class's own title is left as it is. $1 name, where
-- neither the school nor, after it, the source has one of its own.
WITH named AS (
    SELECT u.list_id, u.title, m.body->>'classCode' AS class_code, u.class_id, u.source_id,
        m.body->>'school' AS school, u.named_by IS NOT NULL AS by_hand, n.name = '{class}' AS plain,
        CASE WHEN u.named_by IS NOT NULL THEN u.title
        WHEN n.name = '{class}' THEN coalesce(m.body->>'title', m.body->>'classCode', m.sourced_id)
        ELSE u.called END AS name
    FROM user_list u
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = u.source_id
        AND m.collection = 'classes' AND m.sourced_id = u.class_id
    CROSS JOIN LATERAL (SELECT coalesce((SELECT s.value #>> '{}' FROM plan_setting s
            WHERE s.name = 'class-list-name'
                AND s.scope IN ('school:' || (m.body->>'school'), 'source:' || m.source_id)
            ORDER BY s.scope LIMIT 1), $1) AS name) n
    WHERE u.district_id = tenant() AND u.ended_on IS NULL AND m.gone = 0 AND m.body IS NOT NULL
        AND m.source_id = ANY (ARRAY(
            SELECT s.source_id FROM source s WHERE s.district_id = tenant()))),
alike AS (
    SELECT n.*, NOT plain AND count(*) OVER same > 1 AS shared,
        class_code IS NULL OR count(*) OVER (PARTITION BY source_id, school, name, class_code) > 1
            AS same_code
    FROM named n WINDOW same AS (PARTITION BY source_id, school, name)),
wanted AS (
    SELECT list_id, source_id, school, title, CASE WHEN NOT shared THEN name
        ELSE name || ' [' || CASE WHEN same_code THEN class_id ELSE class_code END || ']'
        END AS name
    FROM alike WHERE NOT by_hand)
SELECT w.list_id, w.title, w.name, s.first_sync, w.source_id, coalesce(w.school, '')
FROM wanted w JOIN source s ON s.district_id = tenant() AND s.source_id = w.source_id
LEFT JOIN declined d ON d.district_id = tenant() AND d.node = 'l:' || w.list_id
    AND d.kind = 'field' AND d.field = 'name' AND d.waits = w.name
WHERE w.name <> w.title AND s.removed_at IS NULL AND d.node IS NULL
ORDER BY w.list_id
