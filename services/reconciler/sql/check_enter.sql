SELECT r.phase, r.kind FROM run_lock($1::uuid) r
