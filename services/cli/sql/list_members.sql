-- Who is on the list, and whom a person took off it. $1 list.
SELECT a.given_name, a.family_name, h.role, h.origin, h.began_on, h.ended_on, h.account_id
FROM membership h JOIN account a ON a.district_id = tenant() AND a.account_id = h.account_id
WHERE h.district_id = tenant() AND h.list_id = $1::uuid AND (h.ended_on IS NULL OR h.origin = 'hand')
ORDER BY h.ended_on IS NOT NULL, h.role DESC, a.family_name, a.given_name, h.account_id
