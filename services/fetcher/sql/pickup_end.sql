-- $1 source, $2 take, $3 trouble, $4 words, $5 looks before it is told, $6 milliseconds to the next look.
SELECT pickup_end($1::uuid, $2::bigint, $3, $4, $5::int, $6::bigint * interval '1 ms')
