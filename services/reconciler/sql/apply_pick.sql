-- What goes, but for joins: nothing holds it, or a person approved it. $1 plan.
INSERT INTO plan_go
SELECT item_no, person, kind, subject, field, new_value,
    CASE WHEN basis = '{}' THEN ARRAY[subject] ELSE basis END,
    CASE WHEN kind = 'create' THEN uuid7() WHEN kind = 'link' THEN substr(new_value, 3)::uuid
        WHEN subject LIKE 'a:%' THEN substr(subject, 3)::uuid END
FROM plan_item
WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL AND kind <> 'join'
    AND (decision = 'approved' OR (decision IS NULL AND hold = ''))
