-- Whose they are: by the links of now, which hold the accounts just made.
INSERT INTO plan_holder
SELECT n.node, l.account_id, a.status = 'active' FROM plan_named n
JOIN account_link l ON l.district_id = tenant() AND l.source_id = n.source_id
    AND l.sourced_id = n.sourced_id
JOIN account a ON a.district_id = tenant() AND a.account_id = l.account_id
