SELECT r.phase, r.base_mirror_version, r.suspect FROM run_lock($1::uuid) r
