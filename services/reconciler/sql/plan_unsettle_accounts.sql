-- As plan_unsettle, for accounts.
DELETE FROM settled_account s USING plan_new_person n, plan_account p
WHERE n.person = p.person AND s.district_id = tenant() AND s.account_id = p.account_id
