-- $1 application, $2 account, $3 patch.
SELECT application_edit($1::uuid, $2::uuid, $3::jsonb)
