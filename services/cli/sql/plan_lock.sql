-- Plans are made, decided and applied under the district's lock (P3).
SELECT pg_advisory_xact_lock(hashtextextended('rollcall plan ' || tenant()::text, 0))
