-- $1 act, $2 today.
WITH moved AS (
    UPDATE account_link l SET account_id = p.stays FROM act_pair p
    WHERE l.district_id = tenant() AND l.account_id = p.goes
    RETURNING p.stays, p.goes, l.source_id, l.sourced_id)
INSERT INTO history (district_id, act_id, kind, account_id, node, old_value, new_value, cause,
    evidence, approved, on_date)
SELECT tenant(), $1::uuid, 'move', stays, 'r:' || source_id || ':' || sourced_id, 'a:' || goes,
    'a:' || stays, 'merged', 'a:' || goes, true, $2::date
FROM moved
