-- Runs past fetching that are not over. $1 at most so many, $2 after this run.
SELECT district_id, run_id FROM run
WHERE phase IN ('ready', 'verifying', 'checked', 'mirrored', 'planned') AND finished_at IS NULL AND NOT parked AND run_id > $2::uuid
ORDER BY run_id LIMIT $1::int
