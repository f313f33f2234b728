-- Who joins what, in ids. An archived or missing account joins nothing. $1 plan.
INSERT INTO plan_member
SELECT i.item_no, i.person, l.list_id, l.role, h.account_id
FROM plan_item i
JOIN plan_list l ON l.name = i.field AND l.list_id IS NOT NULL
JOIN plan_holder h ON h.node = i.subject AND h.active
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL AND i.kind = 'join'
    AND (i.decision = 'approved' OR (i.decision IS NULL AND i.hold = ''))
