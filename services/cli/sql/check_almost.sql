-- Records without an account beside an account, or another such record, of the same name with the same e-mail or phone and the other of the two
-- different: one person perhaps, or two. $1 limit.
WITH people AS (
    SELECT 'a:' || a.account_id AS node, lower(a.given_name) AS given, lower(a.family_name) AS family, lower(a.email) AS email,
           regexp_replace(a.phone, '\D', '', 'g') AS phone, false AS loose
    FROM account a WHERE a.district_id = tenant() AND a.status = 'active' AND a.merged_into IS NULL
    UNION ALL
    SELECT 'r:' || m.source_id || ':' || m.sourced_id, lower(m.body ->> 'givenName'), lower(m.body ->> 'familyName'), lower(m.body ->> 'email'),
           regexp_replace(m.body ->> 'phone', '\D', '', 'g'), true
    FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.present AND NOT m.unread AND NOT EXISTS (
        SELECT FROM account_link l WHERE l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id))
SELECT x.node, y.node, CASE WHEN x.email = y.email THEN 'phone' ELSE 'email' END
FROM people x JOIN people y ON y.given = x.given AND y.family = x.family
    AND ((x.email = y.email AND coalesce(x.phone, '') <> coalesce(y.phone, '')) OR (x.phone = y.phone AND x.phone <> '' AND coalesce(x.email, '') <> coalesce(y.email, '')))
WHERE x.loose AND (NOT y.loose OR x.node < y.node)
ORDER BY x.family, x.given, x.node, y.node LIMIT $1::bigint
