-- Guardianships in ids: the guardian is named by account, or by the record that was linked
-- meanwhile.
INSERT INTO plan_guard
SELECT i.item_no, i.person, CASE WHEN i.field LIKE 'guardian:a:%' THEN substr(i.field, 12)::uuid
        ELSE g.account_id END, h.account_id, i.new_value
FROM plan_go i
JOIN plan_holder h ON h.node = i.subject AND h.active
LEFT JOIN plan_holder g ON g.node = substr(i.field, 10)
WHERE i.kind = 'join' AND i.field LIKE 'guardian:%'
