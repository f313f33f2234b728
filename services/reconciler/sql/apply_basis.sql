-- The records that creates and links rest on, one a row, and the account that will hold them.
INSERT INTO plan_basis
SELECT g.item_no, g.kind, g.account_id, b, split_part(b, ':', 2)::uuid, substr(b, 40)
FROM plan_go g, unnest(g.basis) b WHERE g.kind IN ('create', 'link')
