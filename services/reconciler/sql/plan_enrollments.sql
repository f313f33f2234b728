-- What the records to decide are enrolled in, as far as a list is kept of it or should be. $1 today.
SELECT p.person, p.row_no, e.source_id, e.sourced_id, e.class_ref, e.body->>'role', e.present,
    e.gone, e.sights, e.returns, coalesce(c.chosen, false),
    coalesce(c.running AND coalesce((e.body->>'endDate') > $1::date::text, true), true),
    coalesce(c.version, 0),
    least(c.changes_on, CASE WHEN (e.body->>'endDate') > $1::date::text
        THEN (e.body->>'endDate')::date END)
FROM plan_record p
JOIN mirror_record m ON m.district_id = tenant() AND m.row_no = p.row_no
JOIN mirror_record e ON e.district_id = tenant() AND e.source_id = m.source_id
    AND e.user_ref = m.sourced_id AND e.collection = 'enrollments'
LEFT JOIN plan_class c ON c.source_id = e.source_id AND c.class_id = e.class_ref
LEFT JOIN user_list u ON u.district_id = tenant() AND u.source_id = e.source_id
    AND u.class_id = e.class_ref
WHERE c.chosen OR u.list_id IS NOT NULL
ORDER BY p.person, p.row_no
