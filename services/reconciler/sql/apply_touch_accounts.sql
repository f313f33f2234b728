-- Memberships are part of what a plan reads of an account (P1).
UPDATE account a SET version = a.version + 1
WHERE a.district_id = tenant() AND a.account_id IN (SELECT account_id FROM plan_go
    WHERE kind IN ('join', 'end', 'link') AND account_id IS NOT NULL)
