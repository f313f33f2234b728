-- Every class with what a membership must know of it. $1 lists on, $2 terms, $3 grades, $4 today,
-- $5 chosen schools as 'source:id'. 'current' is a term that has begun; that it has ended shows in
-- running, so that an ended term is a cause and not a change of scope.
INSERT INTO plan_class
SELECT c.source_id, c.sourced_id,
       $1::boolean AND c.gone = 0 AND c.body IS NOT NULL
           AND (c.source_id || ':' || (c.body->>'school')) = ANY ($5::text[])
           AND ('all' = ANY ($2::text[]) OR coalesce(t.chosen, false))
           AND ('all' = ANY ($3::text[]) OR coalesce(c.body->'grades' ?| $3::text[], false)),
       t.terms IS NULL OR t.running, t.changes_on, c.version + coalesce(t.versions, 0)
FROM mirror_record c
LEFT JOIN LATERAL (
    SELECT count(*) AS terms, bool_or((s.body->>'endDate') > $4) AS running,
        sum(s.version) AS versions,
           bool_or(s.sourced_id = ANY ($2::text[]) OR s.body->>'title' = ANY ($2::text[])
                   OR ('current' = ANY ($2::text[]) AND (s.body->>'startDate') <= $4)) AS chosen,
           least(min((s.body->>'startDate')::date) FILTER (WHERE (s.body->>'startDate') > $4),
                 min((s.body->>'endDate')::date)
                     FILTER (WHERE (s.body->>'endDate') > $4)) AS changes_on
    FROM mirror_record s
    WHERE s.district_id = c.district_id AND s.source_id = c.source_id
        AND s.collection = 'academicSessions' AND s.gone = 0
      AND s.sourced_id IN (SELECT jsonb_array_elements_text(c.body->'terms'))
    HAVING count(*) > 0) t ON true
WHERE c.district_id = tenant() AND c.collection = 'classes'
