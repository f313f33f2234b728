-- $1 list.
SELECT u.title, u.named_by, s.name, u.class_id, u.class_code, u.school_id, array_to_string(u.terms, ', '), array_to_string(u.grades, ', '), u.ended_on, u.list_id
FROM user_list u JOIN source s ON s.district_id = tenant() AND s.source_id = u.source_id
WHERE u.district_id = tenant() AND u.list_id = $1::uuid
