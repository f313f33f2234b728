-- Whom a person added is known as such, with the reason and the end. $1 act.
WITH added AS (
    UPDATE account a SET origin = 'hand' FROM plan_go g
    WHERE g.kind = 'create' AND a.district_id = tenant() AND a.account_id = g.account_id
    RETURNING a.account_id, g.new_value)
INSERT INTO hand_person (district_id, account_id, reason, set_by, until)
SELECT tenant(), d.account_id, a.reason, a.made_by, (d.new_value::json->>'until')::date
FROM added d JOIN act a ON a.district_id = tenant() AND a.act_id = $1::uuid
