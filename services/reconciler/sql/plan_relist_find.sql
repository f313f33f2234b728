-- Lists whose class is there no longer, with each class without a list that could be the same one: at
-- the same school in the same terms, with its code or its title. Terms and courses may have new ids
-- too. What a person declined is none.
WITH gone AS MATERIALIZED (
    SELECT u.list_id, m.source_id, m.sourced_id, m.body
    FROM user_list u
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = u.source_id
        AND m.collection = 'classes' AND m.sourced_id = u.class_id
    WHERE u.district_id = tenant() AND u.ended_on IS NULL AND NOT m.present
        AND m.body IS NOT NULL AND m.source_id = ANY (ARRAY(
            SELECT s.source_id FROM source s WHERE s.district_id = tenant()))),
side AS MATERIALIZED (
    SELECT c.*, coalesce(c.body->>'school', '') AS school, c.body->>'classCode' AS code,
        c.body->>'title' AS title, coalesce(t.terms::text, '') AS terms, k.course
    FROM (
        SELECT * FROM gone
        UNION ALL
        SELECT NULL, m.source_id, m.sourced_id, m.body
        FROM mirror_record m
        LEFT JOIN user_list u ON u.district_id = tenant() AND u.source_id = m.source_id
            AND u.class_id = m.sourced_id
        WHERE m.district_id = tenant() AND m.collection = 'classes' AND m.present
            AND m.body IS NOT NULL AND u.list_id IS NULL
            AND m.source_id = ANY (ARRAY(SELECT g.source_id FROM gone g))) c
    CROSS JOIN LATERAL (
        SELECT array_agg(x.term ORDER BY x.term) AS terms FROM (
            SELECT coalesce(s.body->>'title' || ' ' || (s.body->>'startDate'), t.id) AS term
            FROM jsonb_array_elements_text(coalesce(c.body->'terms', '[]')) t(id)
            LEFT JOIN mirror_record s ON s.district_id = tenant() AND s.source_id = c.source_id
                AND s.collection = 'academicSessions' AND s.sourced_id = t.id) x) t
    LEFT JOIN LATERAL (
        SELECT coalesce(k.body->>'courseCode', k.body->>'title', c.body->>'course') AS course
        FROM (SELECT) x LEFT JOIN mirror_record k ON k.district_id = tenant()
            AND k.source_id = c.source_id AND k.collection = 'courses'
            AND k.sourced_id = c.body->>'course') k ON true)
SELECT w.source_id, w.list_id, w.sourced_id, n.sourced_id, n.school, coalesce(w.code = n.code, false),
    coalesce(w.code <> n.code, false), coalesce(w.title = n.title, false),
    coalesce(w.course = n.course, false), b.teachers > 0,
    b.shared > 0 AND 2 * b.shared >= (
        SELECT count(DISTINCT e.user_ref) FROM mirror_record e
        WHERE e.district_id = tenant() AND e.source_id = n.source_id
            AND e.class_ref = n.sourced_id AND e.collection = 'enrollments' AND e.present)
FROM side w
JOIN side n ON n.source_id = w.source_id AND n.school = w.school AND n.terms = w.terms
    AND (n.code = w.code OR n.title = w.title)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT h.account_id) AS shared,
        count(*) FILTER (WHERE h.role = 'teacher' AND e.body->>'role' = 'teacher') AS teachers
    FROM membership h
    CROSS JOIN LATERAL ( -- one by one: else all links are read for each pair
        SELECT l.sourced_id FROM account_link l
        WHERE l.district_id = tenant() AND l.account_id = h.account_id
            AND l.source_id = w.source_id OFFSET 0) l
    JOIN mirror_record e ON e.district_id = tenant() AND e.source_id = w.source_id
        AND e.user_ref = l.sourced_id AND e.class_ref = n.sourced_id
        AND e.collection = 'enrollments' AND e.present
    WHERE h.district_id = tenant() AND h.list_id = w.list_id AND h.ended_on IS NULL) b
WHERE w.list_id IS NOT NULL AND n.list_id IS NULL AND NOT EXISTS (
    SELECT FROM declined d WHERE d.district_id = tenant() AND d.node = 'l:' || w.list_id
        AND d.kind = 'field' AND d.field = 'class:' || n.sourced_id)
ORDER BY w.list_id, n.sourced_id
