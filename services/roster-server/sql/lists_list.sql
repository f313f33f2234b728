-- $1 after, $2 limit.
SELECT u.list_id, list_view(u)::text
FROM user_list u WHERE u.district_id = tenant()
    AND u.list_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
ORDER BY u.list_id LIMIT $2::int
