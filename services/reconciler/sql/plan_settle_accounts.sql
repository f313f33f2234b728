-- As plan_settle, for accounts.
INSERT INTO settled_account (district_id, account_id, version, policy_version, settled_on, due_on,
    keys)
SELECT tenant(), i.account_id, i.version, $1::bigint, $2::date, i.due_on, i.keys
FROM plan_idle_account i
ON CONFLICT (district_id, account_id) DO UPDATE SET version = excluded.version,
    policy_version = excluded.policy_version, settled_on = excluded.settled_on,
    due_on = excluded.due_on, keys = excluded.keys
