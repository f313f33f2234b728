-- $1 application, $2 take, $3 for so many milliseconds, $4 changes at most.
SELECT webhook_next($1::uuid, $2::uuid, $3::bigint * interval '1 millisecond', $4::int)
