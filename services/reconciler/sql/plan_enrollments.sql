-- What the records to decide are enrolled in, as far as a list is kept of it, should be, or will be
-- on a date. $1 today.
-- Record by record: whatever PostgreSQL thinks of the mirror, it reads no enrollments but theirs.
SELECT p.person, p.row_no, e.source_id, e.sourced_id, coalesce(u.class_id, e.class_ref), e.role, e.present, e.gone,
    e.sights, e.returns, c.chosen,
    coalesce(c.running AND coalesce(e.ends_on > $1::date::text, true), true), c.version,
    least(c.changes_on, CASE WHEN e.ends_on > $1::date::text THEN e.ends_on::date END), c.soon
FROM plan_record p
CROSS JOIN LATERAL (
    SELECT m.source_id, m.sourced_id FROM mirror_record m
    WHERE m.district_id = tenant() AND m.row_no = p.row_no OFFSET 0) m
CROSS JOIN LATERAL (
    SELECT e.source_id, e.sourced_id, e.class_ref, e.body->>'role' AS role, e.present, e.gone,
        e.sights, e.returns, e.body->>'endDate' AS ends_on
    FROM mirror_record e
    WHERE e.district_id = tenant() AND e.source_id = m.source_id AND e.user_ref = m.sourced_id
        AND e.collection = 'enrollments' OFFSET 0) e
JOIN plan_class c ON c.source_id = e.source_id AND c.class_id = e.class_ref
LEFT JOIN list_class_before b ON b.district_id = tenant() AND b.source_id = e.source_id
    AND b.class_id = e.class_ref
LEFT JOIN user_list u ON u.district_id = tenant() AND u.list_id = b.list_id
WHERE c.chosen OR c.listed OR c.soon
ORDER BY p.person, p.row_no
