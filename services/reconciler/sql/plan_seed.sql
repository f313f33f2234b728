-- P1: whoever is not settled at the versions of now, or for whom a date came due. $1 policy
-- version, $2 today, $3 everybody.
INSERT INTO plan_cand
SELECT n.node, 0 FROM (
    SELECT 'r:' || m.source_id || ':' || m.sourced_id AS node, m.version FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users'
    UNION ALL
    SELECT 'a:' || a.account_id, a.version FROM account a WHERE a.district_id = tenant()) n
LEFT JOIN settled s ON s.district_id = tenant() AND s.node = n.node
WHERE $3::boolean OR s.node IS NULL OR s.version <> n.version OR s.policy_version <> $1::bigint
    OR s.due_on <= $2::date
