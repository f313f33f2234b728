-- The accounts to decide, person by person. $1 today.
SELECT p.person, p.account_id, p.version, a.status = 'active', x.node IS NOT NULL,
    least(x.until, n.until, CASE WHEN h.until > $1::date THEN h.until END), n.fields, k.marks,
    a.beside, a.created_run IS NULL AND h.account_id IS NULL, coalesce(h.until <= $1::date, false),
    a.username, a.given_name, a.family_name,
    a.middle_name, a.email, a.phone, a.sms, a.identifier, a.master_id,
    array_to_string(a.grades, ','), r.roles
FROM plan_account p
JOIN account a ON a.district_id = tenant() AND a.account_id = p.account_id
LEFT JOIN hand_person h ON h.district_id = tenant() AND h.account_id = p.account_id
LEFT JOIN (
    SELECT r.account_id, string_agg(r.role || '@' || r.source_id || '/' || r.school_id, ','
        ORDER BY r.role || '@' || r.source_id || '/' || r.school_id COLLATE "C") AS roles
    FROM plan_account p
    JOIN account_role r ON r.district_id = tenant() AND r.account_id = p.account_id
    WHERE r.ended_on IS NULL GROUP BY r.account_id) r ON r.account_id = a.account_id
LEFT JOIN (
    SELECT account_id, min(until) FILTER (WHERE until > $1::date) AS until,
        jsonb_agg(field) FILTER (WHERE coalesce(until > $1::date, true)) AS fields
    FROM pin WHERE district_id = tenant() GROUP BY account_id) n ON n.account_id = a.account_id
LEFT JOIN (
    SELECT node, until FROM exclusion
    WHERE district_id = tenant() AND coalesce(until > $1::date, true)) x
    ON x.node = 'a:' || a.account_id
LEFT JOIN (
    SELECT node, jsonb_agg(jsonb_build_array(kind, field, waits)) AS marks FROM declined
    WHERE district_id = tenant() AND node LIKE 'a:%' GROUP BY node) k
    ON k.node = 'a:' || a.account_id
ORDER BY p.person, p.account_id
