-- What the setting calls the lists of the classes in plan_name: its text with the fields filled in,
-- without what empty ones leave behind, at most 200 characters; the class's title where nothing is
-- left. What no text names is not read, and a class's own title is left as it is. $1 name, where
-- neither the school nor, after it, the source has one of its own.
WITH class AS MATERIALIZED (
    SELECT m.source_id, m.sourced_id, m.body, n.name AS setting
    FROM plan_name p
    JOIN mirror_record m ON m.source_id = p.source_id AND m.sourced_id = p.class_id
    CROSS JOIN LATERAL (SELECT coalesce((SELECT s.value #>> '{}' FROM plan_setting s
            WHERE s.name = 'class-list-name'
                AND s.scope IN ('school:' || (m.body->>'school'), 'source:' || m.source_id)
            ORDER BY s.scope LIMIT 1), $1) AS name) n
    WHERE m.district_id = tenant() AND m.collection = 'classes' AND m.body IS NOT NULL
        AND m.source_id = ANY (ARRAY(
            SELECT s.source_id FROM source s WHERE s.district_id = tenant()))),
setting AS MATERIALIZED (SELECT DISTINCT setting AS text FROM class),
shape AS (
    SELECT t.text, string_agg(coalesce(replace(w.m[2], '%', '%%'), '%' || array_position(ARRAY[
        'class', 'class-code', 'period', 'grade', 'course', 'course-code', 'school', 'term',
        'teacher'], w.m[1]) || '$s', ''), '' ORDER BY w.n) AS format
    FROM setting t
    CROSS JOIN LATERAL regexp_matches(t.text, '\{([a-z-]+)\}|([^{]+)', 'g')
        WITH ORDINALITY AS w(m, n)
    GROUP BY t.text),
course AS (
    SELECT m.source_id, m.sourced_id, m.body FROM mirror_record m
    WHERE EXISTS (SELECT FROM setting WHERE text LIKE '%{course%')
        AND m.district_id = tenant() AND m.collection = 'courses'
        AND m.source_id = ANY (ARRAY(
            SELECT s.source_id FROM source s WHERE s.district_id = tenant()))),
school AS (
    SELECT m.source_id, m.sourced_id, m.body FROM mirror_record m
    WHERE EXISTS (SELECT FROM setting WHERE text LIKE '%{school}%')
        AND m.district_id = tenant() AND m.collection = 'orgs'
        AND m.source_id = ANY (ARRAY(
            SELECT s.source_id FROM source s WHERE s.district_id = tenant()))),
term AS (
    SELECT c.source_id, c.terms, string_agg(m.body->>'title', ', '
        ORDER BY m.body->>'startDate', m.sourced_id) AS titles
    FROM (SELECT DISTINCT source_id, body->'terms' AS terms FROM class) c
    JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = c.source_id
        AND m.collection = 'academicSessions' AND c.terms ? m.sourced_id
    WHERE EXISTS (SELECT FROM setting WHERE text LIKE '%{term}%')
        AND m.source_id = ANY (ARRAY(
            SELECT s.source_id FROM source s WHERE s.district_id = tenant()))
    GROUP BY c.source_id, c.terms),
teacher AS (
    SELECT DISTINCT ON (c.source_id, c.sourced_id) c.source_id, c.sourced_id, u.name
    FROM (SELECT * FROM class WHERE setting LIKE '%{teacher}%') c
    CROSS JOIN LATERAL ( -- class by class: enrollments are most of the mirror
        SELECT e.user_ref, e.collection, e.present, e.body FROM mirror_record e
        WHERE e.district_id = tenant() AND e.source_id = c.source_id
            AND e.class_ref = c.sourced_id OFFSET 0) e
    CROSS JOIN LATERAL (
        SELECT u.sourced_id, u.body->>'familyName' AS name FROM mirror_record u
        WHERE u.district_id = tenant() AND u.source_id = c.source_id AND u.collection = 'users'
            AND u.sourced_id = e.user_ref AND u.present OFFSET 0) u
    WHERE e.collection = 'enrollments' AND e.present
        AND e.body->>'role' = 'teacher'
    ORDER BY c.source_id, c.sourced_id, e.body->>'primary' = 'true' DESC NULLS LAST, u.name,
        u.sourced_id),
filled AS (
    SELECT c.source_id, c.sourced_id, c.setting, t.title, format(s.format, t.title,
        c.body->>'classCode', texts_joined(c.body->'periods'), texts_joined(c.body->'grades'),
        k.body->>'title', k.body->>'courseCode', o.body->>'name', n.titles, h.name) AS name
    FROM class c
    JOIN shape s ON s.text = c.setting
    CROSS JOIN LATERAL (
        SELECT coalesce(c.body->>'title', c.body->>'classCode', c.sourced_id) AS title) t
    LEFT JOIN course k ON k.source_id = c.source_id AND k.sourced_id = c.body->>'course'
    LEFT JOIN school o ON o.source_id = c.source_id AND o.sourced_id = c.body->>'school'
    LEFT JOIN term n ON n.source_id = c.source_id AND n.terms = c.body->'terms'
    LEFT JOIN teacher h ON h.source_id = c.source_id AND h.sourced_id = c.sourced_id)
UPDATE plan_name p SET name = CASE WHEN f.setting = '{class}' THEN f.title
    ELSE coalesce(nullif(btrim(left(regexp_replace(regexp_replace(f.name,
        '\(\s*\)|\[\s*\]', '', 'g'), '\s+', ' ', 'g'), 200), ' ,;:/|-'), ''), f.title) END
FROM filled f WHERE f.source_id = p.source_id AND f.sourced_id = p.class_id
