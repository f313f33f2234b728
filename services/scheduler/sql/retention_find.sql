-- The districts behind $1, at most $2.
SELECT d.district_id FROM district d WHERE d.district_id > $1::uuid ORDER BY d.district_id LIMIT $2::int
