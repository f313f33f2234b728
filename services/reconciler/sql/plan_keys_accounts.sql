INSERT INTO match_key (district_id, node, key)
SELECT DISTINCT tenant(), c.node, k.key FROM plan_cand c
JOIN account a ON a.district_id = tenant() AND a.account_id = c.account_id
CROSS JOIN LATERAL (
    SELECT 'email:' || lower(trim(a.email)) AS key WHERE trim(a.email) <> ''
    UNION ALL SELECT 'username:' || lower(trim(a.username)) WHERE trim(a.username) <> ''
    UNION ALL SELECT 'identifier:' || lower(trim(a.identifier)) WHERE trim(a.identifier) <> ''
    UNION ALL SELECT 'master:' || lower(trim(a.master_id)) WHERE trim(a.master_id) <> '') k
WHERE c.round = 0
