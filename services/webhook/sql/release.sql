-- $1 application, $2 take.
SELECT webhook_release($1::uuid, $2::uuid)
