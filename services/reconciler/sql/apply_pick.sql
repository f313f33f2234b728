-- What goes: nothing holds it, or a person approved it. $1 plan.
INSERT INTO plan_go (item_no, kind, subject, field, old_value, new_value, cause, evidence, waits,
    basis, role, school, approved, account_id)
SELECT item_no, kind, subject, field, old_value, new_value, cause, evidence, waits, basis, role,
    school, decision IS NOT NULL,
       CASE WHEN kind = 'create' THEN uuid7() WHEN kind = 'link' THEN substr(new_value, 3)::uuid
            WHEN subject LIKE 'a:%' THEN substr(subject, 3)::uuid END
FROM plan_item
WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL
  AND (decision = 'approved' OR (decision IS NULL AND hold = ''))
