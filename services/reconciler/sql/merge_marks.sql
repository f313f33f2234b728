-- What was declined of the other is declined of the one that stays. $1 act.
INSERT INTO declined (district_id, node, kind, field, waits, by, act_id)
SELECT tenant(), 'a:' || p.stays, d.kind, d.field, d.waits, d.by, $1::uuid
FROM act_pair p JOIN declined d ON d.district_id = tenant() AND d.node = 'a:' || p.goes
ON CONFLICT DO NOTHING
