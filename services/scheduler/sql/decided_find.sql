-- Where a decision may wait: open plans, runs on hold, wishes to undo. $1 at most so many, $2 after this run.
SELECT district_id, run_id FROM (
    SELECT district_id, run_id FROM plan WHERE state = 'open'
    UNION SELECT district_id, run_id FROM run WHERE state = 'On hold'
    UNION SELECT district_id, run_id FROM undo WHERE done_at IS NULL) x
WHERE run_id > $2::uuid
ORDER BY run_id LIMIT $1::int
