-- Whose references may have come to dangle, or to hold again, since the snapshot before ($3, its
-- run): whoever moved, who refers to whom that went, and who dangled then.
INSERT INTO w_look (collection, sourced_id)
SELECT w.collection, w.sourced_id FROM w_moved w
UNION
SELECT 'users', t.sourced_id FROM w_touched t
UNION
SELECT 'enrollments', e.sourced_id
FROM w_away a CROSS JOIN LATERAL (
    SELECT e.sourced_id, e.collection FROM mirror_record e
    WHERE e.district_id = tenant() AND e.source_id = $2::uuid AND e.user_ref = a.sourced_id
    OFFSET 0) e
WHERE a.collection = 'users' AND a.act = 'absent' AND e.collection = 'enrollments'
UNION
SELECT 'enrollments', e.sourced_id
FROM w_away a CROSS JOIN LATERAL (
    SELECT e.sourced_id, e.collection FROM mirror_record e
    WHERE e.district_id = tenant() AND e.source_id = $2::uuid AND e.class_ref = a.sourced_id
    OFFSET 0) e
WHERE a.collection = 'classes' AND a.act = 'absent' AND e.collection = 'enrollments'
UNION
SELECT f.collection, f.sourced_id FROM finding f
WHERE f.run_id = $3::uuid AND f.page_id IS NULL AND f.rule LIKE '%.dangling'
    AND f.run_id <> $1::uuid
