-- What became of the canary school in the plans of a plan's run, by kind: what was to be done, was done, is so still, was overtaken, is left
-- to decide. $1 plan.
WITH canary AS MATERIALIZED (SELECT c AS school FROM canary_schools() c),
item AS (
    SELECT i.kind, i.decision, coalesce(i.outcome, p.state) AS outcome
    FROM plan p JOIN decided_item i ON i.district_id = p.district_id AND i.plan_id = p.plan_id
    WHERE p.district_id = tenant() AND p.run_id = (SELECT n.run_id FROM plan n WHERE n.district_id = tenant() AND n.plan_id = $1::uuid)
      AND i.school IN (SELECT c.school FROM canary c) AND i.outcome IS DISTINCT FROM 'taken over'),
done AS (
    SELECT h.kind, count(*) FILTER (WHERE CASE
            WHEN h.kind = 'update' THEN (a.field_versions ->> h.field)::bigint = h.version_after
            WHEN h.kind IN ('create', 'restore', 'archive') THEN a.status_version = h.version_after
            WHEN h.kind = 'rename' THEN EXISTS (SELECT FROM user_list u WHERE u.district_id = tenant() AND 'l:' || u.list_id = h.node
                AND h.new_value = CASE h.field WHEN 'class' THEN u.class_id ELSE u.title END)
            ELSE h.undone_at IS NULL END) AS stand
    FROM history h LEFT JOIN account a ON a.district_id = h.district_id AND a.account_id = h.account_id
    WHERE h.district_id = tenant() AND h.run_id = (SELECT n.run_id FROM plan n WHERE n.district_id = tenant() AND n.plan_id = $1::uuid)
      AND h.school IN (SELECT c.school FROM canary c)
    GROUP BY h.kind)
SELECT i.kind, count(*) FILTER (WHERE i.decision = 'approved' OR i.outcome = 'applied'), count(*) FILTER (WHERE i.outcome = 'applied'),
       coalesce(max(d.stand), 0), count(*) FILTER (WHERE i.outcome = 'overtaken'), count(*) FILTER (WHERE i.outcome = 'open' AND i.decision IS NULL)
FROM item i LEFT JOIN done d ON d.kind = i.kind
GROUP BY i.kind ORDER BY i.kind
