-- When the next is due. $1 reader, in hex, $2 the day of the one just planned, NULL: none, $3 hour, $4 zone, $5 on Mondays alone?
UPDATE digest_reader r SET due_at = t.at, look_at = t.at, last_day = coalesce($2::date, r.last_day)
FROM digest_reader x
CROSS JOIN LATERAL digest_time(now(), $3::int, $4::text, coalesce($2::date, x.last_day), $5::boolean) AS t (at)
WHERE x.reader = decode($1::text, 'hex') AND r.reader = x.reader
