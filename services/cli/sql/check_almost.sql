-- Two who agree in all of given name, family name, e-mail and phone but one, and share an e-mail or a phone: one person perhaps, or two. Records
-- without an account, and accounts, each by its own values and by those of the records it follows, of whichever source. Of students a differing
-- name is no hint: brothers and sisters share what their parents are reached by. Pairs that somebody told apart are left out. $1 limit.
WITH people AS (
    SELECT 'a:' || a.account_id AS node, lower(a.given_name) AS given, lower(a.family_name) AS family, lower(a.email) AS email,
           regexp_replace(a.phone, '\D', '', 'g') AS phone,
           EXISTS (SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = a.account_id AND r.role = 'student' AND r.ended_on IS NULL) AS student
    FROM account a WHERE a.district_id = tenant() AND a.status = 'active' AND a.merged_into IS NULL
    UNION
    SELECT coalesce('a:' || l.account_id, 'r:' || m.source_id || ':' || m.sourced_id), lower(m.body ->> 'givenName'), lower(m.body ->> 'familyName'),
           lower(m.body ->> 'email'), regexp_replace(m.body ->> 'phone', '\D', '', 'g'),
           jsonb_path_exists(m.body, '$.roles[*] ? (@.role == "student")')
    FROM mirror_record m
    LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.present AND NOT m.unread),
said AS (
    SELECT 'r:' || w.source_id || ':' || w.sourced_id AS record, 'a:' || account_stays(w.account_id) AS account FROM match_answer w
    WHERE w.district_id = tenant() AND NOT w.accepted),
pairs AS (
    SELECT x.node, y.node AS other, CASE WHEN x.email = y.email THEN 'phone' ELSE 'email' END AS differs, x.family, x.given
    FROM people x JOIN people y ON y.given = x.given AND y.family = x.family AND x.node > y.node
        AND ((x.email = y.email AND coalesce(x.phone, '') <> coalesce(y.phone, '')) OR (x.phone = y.phone AND x.phone <> '' AND coalesce(x.email, '') <> coalesce(y.email, '')))
    UNION
    SELECT x.node, y.node, CASE WHEN x.family = y.family THEN 'given_name' ELSE 'family_name' END, x.family, x.given
    FROM people x JOIN people y ON y.email = x.email AND y.phone = x.phone AND x.phone <> '' AND x.node > y.node
        AND (x.family = y.family) <> (x.given = y.given) AND NOT x.student AND NOT y.student),
agree AS ( -- wholly, by another of their values: found by the matching rules
    SELECT x.node, y.node AS other FROM people x JOIN people y ON y.given = x.given AND y.family = x.family AND y.email = x.email
        AND coalesce(y.phone, '') = coalesce(x.phone, '') AND x.node > y.node)
SELECT p.node, p.other, string_agg(DISTINCT p.differs, ', ' ORDER BY p.differs)
FROM pairs p LEFT JOIN agree g ON g.node = p.node AND g.other = p.other LEFT JOIN said s ON s.record = p.node AND s.account = p.other
WHERE g.node IS NULL AND s.record IS NULL
GROUP BY p.node, p.other ORDER BY min(p.family), min(p.given), p.node, p.other LIMIT $1::bigint
