-- What a person had pinned of the other is pinned of the one that stays. $1 act.
INSERT INTO pin (district_id, account_id, field, reason, set_by, set_at, until, act_id)
SELECT tenant(), p.stays, n.field, n.reason, n.set_by, n.set_at, n.until, $1::uuid
FROM act_pair p JOIN pin n ON n.district_id = tenant() AND n.account_id = p.goes
ON CONFLICT DO NOTHING
