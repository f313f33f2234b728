-- Parks the run where it waits for a person now: for its pages and lanes while it fetches, else for
-- the message of its phase (R4).
SELECT run_park(r.run_id, r.phase) FROM run r
WHERE r.run_id = $1::uuid AND r.finished_at IS NULL AND NOT r.parked
    AND (r.phase = 'fetching' OR $2::text = 'rollcall.snapshot.ready.v1')
