UPDATE plan_list p SET list_id = u.list_id FROM user_list u
WHERE u.district_id = tenant() AND u.source_id = p.source_id AND u.class_id = p.class_id
