-- What keeps class lists from being what the owner meant by the chosen terms and grades. $1 run, $2
-- the places where lists are kept, as for plan_classes.sql, $3 today. Said once a run.
WITH place AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($2::jsonb) p(place text, terms text[], grades text[])),
chosen AS (
    SELECT DISTINCT c.source_id, t.id FROM plan_class p
    JOIN mirror_record c ON c.district_id = tenant() AND c.collection = 'classes'
        AND c.source_id = p.source_id AND c.sourced_id = p.class_id
    CROSS JOIN LATERAL jsonb_array_elements_text(c.body->'terms') AS t(id)
    WHERE p.chosen),
session AS (
    SELECT s.sourced_id, s.body->>'title' AS title, (s.body->>'endDate') <= $3 AS ended,
        (s.body->>'startDate') > $3 AS later, c.id IS NOT NULL AS listed
    FROM mirror_record s
    LEFT JOIN chosen c ON c.source_id = s.source_id AND c.id = s.sourced_id
    WHERE s.district_id = tenant() AND s.collection = 'academicSessions' AND s.gone = 0
        AND s.source_id = ANY (ARRAY(
            SELECT x.source_id FROM source x WHERE x.district_id = tenant()))),
asked AS (
    SELECT w.word, count(s.sourced_id) AS terms, coalesce(bool_and(s.ended), false) AS ended,
        coalesce(bool_or(s.listed), false) AS listed
    FROM (SELECT DISTINCT t AS word FROM place, unnest(terms) t WHERE t <> 'all') w
    LEFT JOIN session s ON CASE w.word WHEN 'current' THEN NOT s.ended AND NOT s.later
        WHEN 'next' THEN s.later ELSE w.word IN (s.sourced_id, s.title) END
    GROUP BY w.word),
said AS (
    SELECT 'classes.terms.unchosen' AS rule, 'Class lists are on, but no terms are chosen; nothing '
        || 'comes until terms and grades are: class-list-terms=current.' AS message
    WHERE EXISTS (SELECT FROM place WHERE cardinality(terms) = 0)
    UNION ALL
    SELECT 'classes.grades.unchosen', 'Class lists are on, but no grades are chosen; nothing comes '
        || 'until terms and grades are: class-list-grades=all.'
    WHERE EXISTS (SELECT FROM place WHERE cardinality(grades) = 0)
    UNION ALL
    SELECT 'classes.terms.unknown', 'No term is called "' || word || '", as class-list-terms says. '
        || 'Correct the setting, or share the term in the SIS.'
    FROM asked WHERE terms = 0 AND word NOT IN ('current', 'next')
    UNION ALL
    SELECT 'classes.terms.ended', 'The term "' || word || '" of class-list-terms has ended, and its '
        || 'lists with it. Choose another, or a rule: class-list-terms=current,next.'
    FROM asked WHERE terms > 0 AND ended
    UNION ALL
    SELECT 'classes.terms.empty', 'No class of the chosen schools and grades belongs to the '
        || CASE WHEN word IN ('current', 'next') THEN word || ' term' ELSE 'term "' || word || '"'
            END || ', so no list is kept of it. Share its classes in the SIS, or choose other grades.'
    FROM asked WHERE NOT ended AND NOT listed AND (terms > 0 OR word = 'current')
        AND EXISTS (SELECT FROM place WHERE word = ANY (terms) AND cardinality(grades) > 0))
INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
SELECT tenant(), $1::uuid, 'classes', s.rule, 'warning', s.message FROM said s
WHERE NOT EXISTS (
    SELECT FROM finding f WHERE f.district_id = tenant() AND f.run_id = $1::uuid
        AND f.rule = s.rule AND f.message = s.message)
