-- One account. $1 account.
SELECT a.account_id, a.status, a.kind, a.access, a.origin, a.given_name, a.middle_name, a.family_name, a.username, a.email, a.phone, a.sms,
       a.identifier, a.master_id, array_to_string(a.grades, ', '), a.created_at, a.archived_at, a.updated_at
FROM account a WHERE a.district_id = tenant() AND a.account_id = $1::uuid
