-- P1: accounts made for people of whom the planner found that nothing is left once all their items
-- are applied. Their records were settled for that with the plan. $1 plan, $2 today.
INSERT INTO settled_account (district_id, account_id, version, policy_version, settled_on, due_on)
SELECT tenant(), g.account_id, 1, n.policy_version, $2::date, p.due_on
FROM plan_go g
JOIN (SELECT person, count(*) AS items FROM plan_done GROUP BY person) d ON d.person = g.person
JOIN plan_person p ON p.district_id = tenant() AND p.plan_id = $1::uuid AND p.person = g.person
JOIN plan n ON n.district_id = tenant() AND n.plan_id = p.plan_id
WHERE g.kind = 'create' AND p.settles AND p.items = d.items
ORDER BY g.account_id
ON CONFLICT DO NOTHING
