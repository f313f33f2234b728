-- P1: settled are those for whom the planner found nothing to do, at the versions it read. $1
-- policy version, $2 today.
INSERT INTO settled (district_id, node, version, policy_version, settled_on, due_on)
SELECT tenant(), i.node, i.version, $1::bigint, $2::date, i.due_on FROM plan_idle i
ON CONFLICT (district_id, node) DO UPDATE SET version = excluded.version,
    policy_version = excluded.policy_version,
    settled_on = excluded.settled_on, due_on = excluded.due_on
