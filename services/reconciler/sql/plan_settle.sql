-- P1: settled are those for whom the planner found nothing to do, at the versions it read. $1
-- policy version, $2 today.
INSERT INTO settled_record (district_id, row_no, version, policy_version, settled_on, due_on, keys)
SELECT tenant(), i.row_no, i.version, $1::bigint, $2::date, i.due_on, i.keys
FROM plan_idle_record i
ON CONFLICT (district_id, row_no) DO UPDATE SET version = excluded.version,
    policy_version = excluded.policy_version, settled_on = excluded.settled_on,
    due_on = excluded.due_on, keys = excluded.keys
