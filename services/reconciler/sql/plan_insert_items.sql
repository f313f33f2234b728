INSERT INTO plan_item (district_id, plan_id, item_no, person, key, kind, subject, field, old_value,
    new_value, cause, evidence, waits, basis, role, school, hold)
SELECT tenant(), $1::uuid, item_no, person, key, kind, subject, field, old_value, new_value, cause,
    evidence, waits, basis, role, school, hold
FROM plan_new
