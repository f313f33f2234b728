-- Waits for people: over for now, not done.
UPDATE run SET state = 'On hold', failure = $2, finished_at = now() WHERE run_id = $1::uuid
    AND phase <> 'done'
