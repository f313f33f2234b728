-- $1 list, $2 after, $3 limit, $4 those of before too. Who is in it in several roles stands there once; who
-- was kept off it without ever having been on it does not.
SELECT m.account_id, jsonb_build_object('account', m.account_id, 'roles', jsonb_agg(m.role
    ORDER BY m.role), 'since', min(m.began_on), 'until', max(m.ended_on))::text
FROM membership m WHERE m.district_id = tenant() AND m.list_id = $1::uuid
    AND m.account_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
    AND (m.ended_on IS NULL OR $4::boolean AND m.ended_on > m.began_on AND NOT EXISTS (
        SELECT FROM membership n WHERE n.district_id = tenant() AND n.list_id = m.list_id
            AND n.account_id = m.account_id AND n.ended_on IS NULL))
GROUP BY m.account_id ORDER BY m.account_id LIMIT $3::int
