-- Few records came new or changed: whatever is asked of the mirror is asked for those, one by one
-- through its keys. Many: it is read as a whole, for a nested loop over a mirror whose statistics
-- are older than the rows in it would never end.
SELECT set_config('enable_nestloop', CASE WHEN (
    SELECT coalesce(sum(b.staged), 0) FROM batch_ledger b WHERE b.run_id = $1::uuid) < 100000
        THEN 'on' ELSE 'off' END, true)
