-- Accounts with a role, at a school, or both; as an array. $1 role, $2 school's SIS id; NULL is any.
SELECT coalesce(array_agg(DISTINCT r.account_id), '{}')::text FROM account_role r
JOIN account a ON a.district_id = tenant() AND a.account_id = r.account_id
WHERE r.district_id = tenant() AND r.ended_on IS NULL
  AND r.role = coalesce($1::text, r.role) AND r.school_id = coalesce($2::text, r.school_id)
