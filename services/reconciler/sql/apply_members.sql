-- Who joins what, in ids. An archived or missing account joins nothing.
INSERT INTO plan_member
SELECT g.item_no, g.person, l.list_id, l.role, h.account_id
FROM plan_go g
JOIN plan_list l ON l.name = g.field AND l.list_id IS NOT NULL
JOIN plan_holder h ON h.node = g.subject AND h.active
WHERE g.kind = 'join'
