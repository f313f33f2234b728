-- The next act that a person approved, in the order in which they were.
SELECT act_id::text, kind, decided_by FROM act WHERE district_id = tenant() AND state = 'approved'
ORDER BY decided_at, act_id LIMIT 1
