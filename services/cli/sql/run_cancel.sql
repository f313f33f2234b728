-- Cancelled before its mirror commit, while nothing of it stands (R1); by a failed compare, how far it has come.
SELECT run_fail(r.run_id, $2::text, 'Cancelled'), r.phase FROM run r
WHERE r.district_id = tenant() AND r.run_id = $1::uuid AND r.phase IN ('scheduled', 'fetching', 'ready', 'verifying', 'checked')
