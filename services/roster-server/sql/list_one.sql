-- $1 list.
SELECT jsonb_build_object('id', u.list_id, 'title', u.title, 'class_code', u.class_code,
    'school', u.school_id, 'terms', u.terms, 'grades', u.grades, 'source', u.source_id,
    'class', u.class_id)::text
FROM user_list u WHERE u.district_id = tenant() AND u.list_id = $1::uuid
