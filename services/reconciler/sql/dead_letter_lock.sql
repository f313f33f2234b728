-- The run's row, before what is counted: a page staged at this moment must not keep an open dead
-- letter (C2, R0).
SELECT run_holds($1::uuid), run_lock($1::uuid) IS NOT NULL
