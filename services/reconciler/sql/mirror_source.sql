-- The source's row for writing, first of all locks (R0).
SELECT s.active_run IS NOT DISTINCT FROM $1::uuid, s.mirror_version FROM source_lock($1::uuid) s
