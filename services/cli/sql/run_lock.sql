-- Holds the run still: its source, then itself (R0).
SELECT (source_lock(r.run_id)).source_id, (run_lock(r.run_id)).run_id FROM run r WHERE r.district_id = tenant() AND r.run_id = $1::uuid
