-- Is $1 a date after today? And how one looks. The 30th of February is none.
SELECT CASE WHEN $1::text ~ '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$'
            THEN (SELECT x.day > local_date(d.time_zone) AND x.day::text = $1
                  FROM (SELECT to_date(left($1, 7), 'YYYY-MM') + (right($1, 2)::int - 1) AS day) x)
            ELSE false END,
       (local_date(d.time_zone) + 30)::text
FROM district d WHERE d.district_id = tenant()
