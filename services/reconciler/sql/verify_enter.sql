-- In a statement of its own after the lanes' locks (R0): is there nothing more to wait for?
SELECT r.phase = 'verifying' AND verify_over(r.run_id) FROM run_lock($1::uuid) r
