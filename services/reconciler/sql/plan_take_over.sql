-- P3: the open plan of before, if any: its undecided items are taken over, its run, if it waits, is
-- Superseded by the caller.
UPDATE plan SET state = 'superseded', closed_at = now(), decided_at = NULL WHERE district_id = tenant()
    AND state = 'open'
RETURNING plan_id::text, run_id::text
