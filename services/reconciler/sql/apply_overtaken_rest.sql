-- P6: what went and could not be done is named. $1 plan.
UPDATE plan_item i SET outcome = 'overtaken'
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL
    AND (i.decision = 'approved' OR (i.decision IS NULL AND (i.hold = '' OR EXISTS (
        SELECT FROM plan p WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
            AND p.approved_at IS NOT NULL))))
    AND NOT EXISTS (SELECT FROM plan_done d WHERE d.item_no = i.item_no)
