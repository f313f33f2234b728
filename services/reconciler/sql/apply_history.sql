-- $1 run, $2 plan, $3 today.
INSERT INTO history (district_id, run_id, plan_id, kind, account_id, node, field, old_value,
    new_value, cause, evidence, waits, role, school,
                     version_after, approved, on_date)
SELECT tenant(), $1::uuid, $2::uuid, kind, account_id, coalesce(basis[1], subject), field,
    old_value, new_value, cause, evidence, waits, role,
       school, coalesce(version_after, 0), approved, $3::date
FROM plan_go WHERE done ORDER BY item_no
