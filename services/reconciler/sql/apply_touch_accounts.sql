-- Memberships and links are part of what a plan reads of an account (P1). Who was made just now was
-- read by nobody.
UPDATE account a SET version = a.version + 1
FROM (
    SELECT DISTINCT account_id FROM plan_done WHERE kind IN ('join', 'end', 'link')
    EXCEPT SELECT account_id FROM plan_go WHERE kind = 'create') d
WHERE a.district_id = tenant() AND a.account_id = d.account_id
