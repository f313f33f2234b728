SELECT r.phase, r.base_mirror_version, r.suspect, r.unverified, r.people IS NOT NULL
FROM run_lock($1::uuid) r
