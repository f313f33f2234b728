SELECT r.phase, r.base_mirror_version, r.suspect, r.unverified FROM run_lock($1::uuid) r
