-- Every class with what a membership must know of it. $1 where lists are kept, with the words and
-- names of terms and the grades there: [{"place": "<source>:<school>", "terms", "grades"}], $2 today.
-- 'current' is a term that has begun; that it has ended shows in running, so that an ended term is a
-- cause and not a change of scope. 'next' is one that begins later, with no whole term of its kind
-- before it. A class whose terms come is soon: its date alone makes it a list.
INSERT INTO plan_class
WITH here AS MATERIALIZED (SELECT source_id FROM source WHERE district_id = tenant()),
place AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) p(place text, terms text[], grades text[])),
term AS MATERIALIZED (
    SELECT s.source_id, s.sourced_id, s.version, s.body->>'type' AS type,
        s.body->>'startDate' AS begins, s.body->>'endDate' AS ends, s.body->>'title' AS title
    FROM mirror_record s
    WHERE s.district_id = tenant() AND s.collection = 'academicSessions' AND s.gone = 0
        AND s.source_id = ANY (ARRAY(SELECT source_id FROM here))),
behind AS (
    SELECT t.source_id, t.sourced_id, max(b.begins)::date AS moves_on
    FROM term t JOIN term b ON b.source_id = t.source_id AND b.type IS NOT DISTINCT FROM t.type
        AND b.begins > $2 AND b.ends <= t.begins
    GROUP BY t.source_id, t.sourced_id),
session AS MATERIALIZED (
    SELECT t.source_id, t.sourced_id, t.version, t.ends > $2 AS running, t.begins > $2 AS later,
        array_remove(ARRAY[t.sourced_id, t.title, CASE WHEN t.begins <= $2 THEN 'current' END,
            CASE WHEN t.begins > $2 AND b.sourced_id IS NULL THEN 'next' END], NULL) AS words,
        least(CASE WHEN t.begins > $2 THEN t.begins::date END,
            CASE WHEN t.ends > $2 THEN t.ends::date END, b.moves_on) AS changes_on
    FROM term t LEFT JOIN behind b ON b.source_id = t.source_id AND b.sourced_id = t.sourced_id),
of_class AS (
    SELECT c.row_no, bool_or(s.running) AS running, sum(s.version) AS versions,
        bool_or(s.words && p.terms) AS chosen,
        bool_or(s.later AND ARRAY['current', 'next'] && p.terms) AS soon,
        min(s.changes_on) AS changes_on
    FROM mirror_record c
    CROSS JOIN LATERAL (SELECT DISTINCT t FROM jsonb_array_elements_text(c.body->'terms') t) t
    JOIN session s ON s.source_id = c.source_id AND s.sourced_id = t.t
    LEFT JOIN place p ON p.place = c.source_id || ':' || (c.body->>'school')
    WHERE c.district_id = tenant() AND c.collection = 'classes'
        AND c.source_id = ANY (ARRAY(SELECT source_id FROM here))
    GROUP BY c.row_no)
SELECT c.source_id, c.sourced_id,
    fits.yes AND ('all' = ANY (p.terms) OR coalesce(t.chosen, false)),
    t.row_no IS NULL OR t.running, t.changes_on, c.version + coalesce(t.versions, 0),
    u.list_id IS NOT NULL, fits.yes AND coalesce(t.soon, false),
    c.gone > 0 OR c.source_id = ANY (ARRAY(SELECT s.source_id FROM source s
        WHERE s.district_id = tenant() AND s.removed_at IS NOT NULL))
FROM mirror_record c
LEFT JOIN of_class t ON t.row_no = c.row_no
LEFT JOIN user_list u ON u.district_id = tenant() AND u.source_id = c.source_id
    AND u.class_id = c.sourced_id
LEFT JOIN place p ON p.place = c.source_id || ':' || (c.body->>'school')
CROSS JOIN LATERAL (
    SELECT c.gone = 0 AND c.body IS NOT NULL AND p.place IS NOT NULL
        AND ('all' = ANY (p.grades) OR coalesce(c.body->'grades' ?| p.grades, false)) AS yes) fits
WHERE c.district_id = tenant() AND c.collection = 'classes'
    AND c.source_id = ANY (ARRAY(SELECT source_id FROM here))
