-- Guardianships in ids: the guardian is named by account, or by the record that was linked
-- meanwhile. $1 plan.
INSERT INTO plan_guard
SELECT i.item_no, i.person, CASE WHEN i.field LIKE 'guardian:a:%' THEN substr(i.field, 12)::uuid
        ELSE g.account_id END, h.account_id, i.new_value
FROM plan_item i
JOIN plan_holder h ON h.node = i.subject AND h.active
LEFT JOIN plan_holder g ON g.node = substr(i.field, 10)
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL AND i.kind = 'join'
    AND (i.decision = 'approved' OR (i.decision IS NULL AND i.hold = ''))
    AND i.field LIKE 'guardian:%'
