-- Is $1 a date, and does it come after today in the district's zone? And today, and a day that comes. The 30th of February is none.
SELECT coalesce(x.day::text = $1::text, false), coalesce(x.day > local_date(d.time_zone), false), local_date(d.time_zone)::text,
       (local_date(d.time_zone) + 30)::text
FROM district d LEFT JOIN LATERAL (
    SELECT CASE WHEN $1::text ~ '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$'
                THEN to_date(left($1, 7), 'YYYY-MM') + (right($1, 2)::int - 1) END AS day) x ON true
WHERE d.district_id = tenant()
