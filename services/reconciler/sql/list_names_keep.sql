UPDATE user_list u SET called = p.name FROM plan_name p
WHERE u.district_id = tenant() AND u.source_id = p.source_id AND u.class_id = p.class_id
    AND u.called IS DISTINCT FROM p.name
