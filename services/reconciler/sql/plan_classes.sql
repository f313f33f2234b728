-- Every class with what a membership must know of it. $1 lists on, $2 terms, $3 grades, $4 today,
-- $5 chosen schools as 'source:id'. 'current' is a term that has begun; that it has ended shows in
-- running, so that an ended term is a cause and not a change of scope.
INSERT INTO plan_class
WITH session AS MATERIALIZED (
    SELECT s.source_id, s.sourced_id, s.version, (s.body->>'endDate') > $4 AS running,
        s.sourced_id = ANY ($2::text[]) OR s.body->>'title' = ANY ($2::text[])
            OR ('current' = ANY ($2::text[]) AND (s.body->>'startDate') <= $4) AS chosen,
        least(CASE WHEN (s.body->>'startDate') > $4 THEN (s.body->>'startDate')::date END,
            CASE WHEN (s.body->>'endDate') > $4 THEN (s.body->>'endDate')::date END) AS changes_on
    FROM mirror_record s
    WHERE s.district_id = tenant() AND s.collection = 'academicSessions' AND s.gone = 0),
term AS (
    SELECT c.row_no, bool_or(s.running) AS running, sum(s.version) AS versions,
        bool_or(s.chosen) AS chosen, min(s.changes_on) AS changes_on
    FROM mirror_record c
    CROSS JOIN LATERAL (SELECT DISTINCT t FROM jsonb_array_elements_text(c.body->'terms') t) t
    JOIN session s ON s.source_id = c.source_id AND s.sourced_id = t.t
    WHERE c.district_id = tenant() AND c.collection = 'classes'
    GROUP BY c.row_no)
SELECT c.source_id, c.sourced_id,
    $1::boolean AND c.gone = 0 AND c.body IS NOT NULL
        AND (c.source_id || ':' || (c.body->>'school')) = ANY ($5::text[])
        AND ('all' = ANY ($2::text[]) OR coalesce(t.chosen, false))
        AND ('all' = ANY ($3::text[]) OR coalesce(c.body->'grades' ?| $3::text[], false)),
    t.row_no IS NULL OR t.running, t.changes_on, c.version + coalesce(t.versions, 0),
    u.list_id IS NOT NULL
FROM mirror_record c
LEFT JOIN term t ON t.row_no = c.row_no
LEFT JOIN user_list u ON u.district_id = tenant() AND u.source_id = c.source_id
    AND u.class_id = c.sourced_id
WHERE c.district_id = tenant() AND c.collection = 'classes'
