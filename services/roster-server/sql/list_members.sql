-- $1 list, $2 after, $3 limit. Who is in it in several roles stands there once.
SELECT m.account_id, jsonb_build_object('account', m.account_id, 'roles', jsonb_agg(m.role
    ORDER BY m.role), 'since', min(m.began_on))::text
FROM membership m WHERE m.district_id = tenant() AND m.list_id = $1::uuid AND m.ended_on IS NULL
    AND m.account_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
GROUP BY m.account_id ORDER BY m.account_id LIMIT $3::int
