-- $1 run, $2 plan, $3 today.
INSERT INTO history (district_id, run_id, plan_id, kind, account_id, node, field, old_value,
    new_value, cause, evidence, waits, role, school, version_after, approved, on_date)
SELECT tenant(), $1::uuid, $2::uuid, i.kind, d.account_id, coalesce(i.basis[1], i.subject), i.field,
    i.old_value, i.new_value, i.cause, i.evidence, i.waits, i.role, i.school,
    coalesce(d.version, 0),
    i.decision IS NOT NULL OR (SELECT p.approved_at IS NOT NULL FROM plan p
        WHERE p.district_id = tenant() AND p.plan_id = $2::uuid), $3::date
FROM plan_item i JOIN plan_done d ON d.item_no = i.item_no
WHERE i.district_id = tenant() AND i.plan_id = $2::uuid
ORDER BY i.item_no
