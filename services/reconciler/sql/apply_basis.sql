-- The records that creates and links rest on, one a row, and the account that will hold them.
INSERT INTO plan_basis (item_no, kind, holder, node)
SELECT g.item_no, g.kind, g.account_id, b FROM plan_go g, unnest(g.basis) b
    WHERE g.kind IN ('create', 'link')
