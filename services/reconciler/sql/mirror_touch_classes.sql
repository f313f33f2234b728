-- Users enrolled in a class that moved, or whose course, session or school did.
WITH moved AS (SELECT w.collection, w.sourced_id FROM w_moved w
    WHERE w.collection IN ('orgs', 'academicSessions', 'courses', 'classes')),
class AS (
    SELECT w.sourced_id FROM moved w WHERE w.collection = 'classes'
    UNION
    SELECT c.sourced_id FROM mirror_record c, LATERAL (
        SELECT 'courses' AS collection, c.body ->> 'course' AS id
        UNION ALL SELECT 'orgs', c.body ->> 'school'
        UNION ALL SELECT 'academicSessions', t
            FROM jsonb_array_elements_text(coalesce(c.body -> 'terms', '[]')) t) r
    JOIN moved w ON w.collection = r.collection AND w.sourced_id = r.id
    WHERE c.source_id = $1::uuid AND c.collection = 'classes'
      AND (SELECT EXISTS (SELECT FROM moved o WHERE o.collection <> 'classes'))
)
INSERT INTO w_touched (sourced_id)
SELECT DISTINCT e.user_ref FROM class c
CROSS JOIN LATERAL (
    -- class by class: few move, and all enrollments are most of the mirror
    SELECT e.user_ref, e.collection FROM mirror_record e
    WHERE e.district_id = tenant() AND e.source_id = $1::uuid AND e.class_ref = c.sourced_id
    OFFSET 0) e
WHERE e.user_ref IS NOT NULL AND e.collection = 'enrollments'
