INSERT INTO plan_done
SELECT p.item_no, p.person, 'join', p.account_id, coalesce(b.version, 1)
FROM plan_member p LEFT JOIN plan_back b USING (list_id, account_id, role)
