-- May this part be staged, and how is it compared (C1)? The token first: the source's row stays ours
-- to the transaction's end. A page that is in the ledger is whole, whichever version made it so (N3).
SELECT h.held, r.phase, r.source_id, s.honest_dates,
       EXISTS (SELECT FROM batch_ledger b WHERE b.run_id = r.run_id AND b.page_id = $2
               AND b.normalizer_version = $3 AND b.part = $4::smallint)
       OR EXISTS (SELECT FROM page_ledger g WHERE g.run_id = r.run_id AND g.page_id = $2) AS staged,
       (SELECT d.datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') AND d.datlocprovider = 'c'
        FROM pg_database d WHERE d.datname = current_database()) AS bytewise
FROM run_holds($1::uuid) AS h (held), run r
JOIN source s USING (district_id, source_id)
WHERE r.run_id = $1::uuid
