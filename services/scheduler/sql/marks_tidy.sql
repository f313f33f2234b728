-- Of the marks that have served their time the newest tells all; what is a day old is from before topics were made anew. $1 milliseconds.
DELETE FROM bus_mark m
WHERE m.taken_at < now() - interval '1 day'
   OR m.taken_at < (SELECT max(x.taken_at) FROM bus_mark x WHERE x.passed_at <= now() - $1::bigint * interval '1 ms')
