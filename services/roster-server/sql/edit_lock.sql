-- P3: the directory is changed under the district's lock.
SELECT pg_advisory_xact_lock(hashtextextended('rollcall plan ' || tenant()::text, 0))
