-- What goes: nothing holds it, or a person approved it. The plan is read this once. $1 plan.
INSERT INTO plan_go
SELECT item_no, person, kind, subject, field, CASE WHEN kind <> 'join' THEN new_value
        WHEN field LIKE 'guardian:%' THEN new_value END,
    CASE WHEN kind NOT IN ('create', 'link') THEN NULL WHEN basis = '{}' THEN ARRAY[subject]
        ELSE basis END,
    CASE WHEN kind = 'create' THEN uuid7() WHEN kind = 'link' THEN substr(new_value, 3)::uuid
        WHEN subject LIKE 'a:%' THEN substr(subject, 3)::uuid END
FROM decided_item
WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL
    AND (decision = 'approved' OR (decision IS NULL AND hold = ''))
