-- $1 application, $2 for so many milliseconds.
SELECT webhook_take($1::uuid, $2::bigint * interval '1 millisecond')
