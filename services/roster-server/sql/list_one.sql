-- $1 list.
SELECT list_view(u)::text FROM user_list u WHERE u.district_id = tenant() AND u.list_id = $1::uuid
