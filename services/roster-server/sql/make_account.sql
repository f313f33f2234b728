-- $1 application, $2 values.
SELECT application_make($1::uuid, $2::jsonb)
