-- P4: whoever moved since the plan read them, and whoever is new since and may match somebody in
-- it. $1 plan, $2 today, $3 the policy moved.
WITH reads AS (
    SELECT r.key AS node, r.value::bigint AS version FROM plan_person p, jsonb_each_text(p.reads) r
    WHERE p.district_id = tenant() AND p.plan_id = $1::uuid),
nodes AS (
    SELECT 'r:' || m.source_id || ':' || m.sourced_id AS node, m.version FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users'
    UNION ALL
    SELECT 'a:' || a.account_id, a.version FROM account a WHERE a.district_id = tenant())
INSERT INTO plan_cand
SELECT n.node, 0 FROM nodes n LEFT JOIN reads r USING (node)
LEFT JOIN settled s ON s.district_id = tenant() AND s.node = n.node
WHERE CASE WHEN r.node IS NOT NULL THEN $3::boolean OR r.version <> n.version
           ELSE s.node IS NULL OR s.version <> n.version OR s.due_on <= $2::date END
