-- $1 application, $2 by whom, $3 act, $4 what.
SELECT application_audit($1::uuid, $2::text, $3::text, $4::jsonb)
