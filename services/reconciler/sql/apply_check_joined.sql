-- P6, of memberships: who joined and is not there.
SELECT count(*) FROM plan_member p
LEFT JOIN membership h ON h.district_id = tenant() AND h.list_id = p.list_id
    AND h.account_id = p.account_id AND h.role = p.role AND h.ended_on IS NULL
WHERE h.list_id IS NULL
