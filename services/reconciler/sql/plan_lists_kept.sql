-- Is there any list of a class?
SELECT EXISTS (SELECT FROM user_list WHERE district_id = tenant())
