-- Accounts and records without one whose name, user name, e-mail, number or SIS id begins like $1; $2 limit.
-- The links are searched once and not for each account: their pattern comes from no row of the query around it.
WITH wanted AS (SELECT replace(replace(replace(lower($1::text), '\', '\\'), '%', '\%'), '_', '\_') || '%' AS pattern),
found AS (
    SELECT a.account_id, NULL::uuid AS source_id, NULL::text AS sourced_id, a.status, a.given_name, a.family_name, a.username, a.email
    FROM account a, wanted w
    WHERE a.district_id = tenant() AND a.merged_into IS NULL AND (lower(a.family_name) LIKE w.pattern OR lower(a.given_name || ' ' || a.family_name) LIKE w.pattern
        OR lower(a.username) LIKE w.pattern OR lower(a.email) LIKE w.pattern OR lower(a.identifier) LIKE w.pattern
        OR a.account_id IN (SELECT l.account_id FROM account_link l WHERE l.district_id = tenant() AND lower(l.sourced_id) LIKE (SELECT pattern FROM wanted)))
    UNION ALL
    SELECT NULL, m.source_id, m.sourced_id, CASE WHEN m.present THEN 'no account' ELSE 'no account, missing' END,
           m.body ->> 'givenName', m.body ->> 'familyName', m.body ->> 'username', m.body ->> 'email'
    FROM mirror_record m, wanted w
    WHERE m.district_id = tenant() AND m.collection = 'users'
      AND (lower(m.sourced_id) LIKE w.pattern OR lower(m.body ->> 'familyName') LIKE w.pattern
           OR lower((m.body ->> 'givenName') || ' ' || (m.body ->> 'familyName')) LIKE w.pattern
           OR lower(m.body ->> 'username') LIKE w.pattern OR lower(m.body ->> 'email') LIKE w.pattern)
      AND NOT EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id))
SELECT coalesce(f.account_id::text, 'r:' || f.source_id || ':' || f.sourced_id), f.status, f.given_name, f.family_name, f.username, f.email,
       (SELECT string_agg(DISTINCT r.role, ', ' ORDER BY r.role) FROM account_role r
        WHERE r.district_id = tenant() AND r.account_id = f.account_id AND r.ended_on IS NULL),
       coalesce(f.sourced_id, (SELECT string_agg(l.sourced_id, ', ' ORDER BY l.sourced_id) FROM account_link l
                               WHERE l.district_id = tenant() AND l.account_id = f.account_id))
FROM found f ORDER BY f.family_name, f.given_name, 1 LIMIT $2::bigint
