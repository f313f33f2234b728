-- $1 application, $2 take, $3 delivery, $4 status, $5 fault, $6 milliseconds that it took, and in milliseconds: $7 the wait before the next
-- attempt, $8 until it is failing, $9 until it is paused.
SELECT webhook_end($1::uuid, $2::uuid, $3::uuid, $4::int, $5::text, $6::int, $7::bigint * interval '1 millisecond',
    $8::bigint * interval '1 millisecond', $9::bigint * interval '1 millisecond')
