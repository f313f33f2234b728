-- Who has this user name or e-mail. $1 user name, $2 e-mail; NULL: none.
SELECT a.account_id, CASE WHEN lower(a.username) = lower($1::text) THEN 'user name' ELSE 'e-mail' END
FROM account a WHERE a.district_id = tenant() AND a.merged_into IS NULL AND (lower(a.username) = lower($1::text) OR lower(a.email) = lower($2::text))
ORDER BY a.account_id LIMIT 1
