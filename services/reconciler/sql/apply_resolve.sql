-- Whose memberships: by the links of now, which hold the accounts just made. An archived or missing
-- account joins nothing.
UPDATE plan_go g SET account_id = l.account_id
FROM account_link l JOIN account a ON a.district_id = tenant() AND a.account_id = l.account_id
WHERE g.kind = 'join' AND l.district_id = tenant() AND l.source_id = g.source_id
    AND l.sourced_id = g.sourced_id
  AND a.status = 'active'
