-- Whom an act about access would change. $1 to have it, $2 account, $3 role, $4 school's SIS id; of the last three NULL is any. A contact
-- has no account to sign in to, and who was archived is given none.
SELECT count(*) FROM account a
WHERE a.district_id = tenant() AND a.kind = 'account' AND a.access <> $1::boolean AND (a.status = 'active' OR NOT $1::boolean)
  AND a.account_id = coalesce($2::uuid, a.account_id)
  AND (($3::text IS NULL AND $4::text IS NULL) OR EXISTS (
      SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = a.account_id AND r.ended_on IS NULL
        AND r.role = coalesce($3::text, r.role) AND r.school_id = coalesce($4::text, r.school_id)))
