-- $1 account.
SELECT u.title, h.role, h.origin, h.began_on, h.ended_on, u.class_id
FROM membership h JOIN user_list u ON u.district_id = tenant() AND u.list_id = h.list_id
WHERE h.district_id = tenant() AND h.account_id = $1::uuid ORDER BY h.ended_on IS NOT NULL, u.title, h.role
