-- $1 today.
INSERT INTO membership (district_id, list_id, account_id, role, began_on)
SELECT tenant(), list_id, account_id, role, $1::date FROM plan_member
ORDER BY list_id, account_id
ON CONFLICT DO NOTHING
