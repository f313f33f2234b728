-- $1 act, $2 today.
INSERT INTO history (district_id, act_id, kind, account_id, field, old_value, new_value, cause,
    version_after, approved, on_date)
SELECT tenant(), $1::uuid, i.kind, i.account_id, i.field, i.old_value, i.new_value,
    'by hand: ' || (SELECT a.reason FROM act a WHERE a.district_id = tenant()
        AND a.act_id = $1::uuid), d.version, true, $2::date
FROM act_item i JOIN plan_done d ON d.item_no = i.item_no
WHERE i.district_id = tenant() AND i.act_id = $1::uuid AND i.kind <> 'merge'
ORDER BY i.item_no
