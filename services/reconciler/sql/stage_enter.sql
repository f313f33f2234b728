-- May this batch be staged, and how is it compared (C1)? One row: the phase of the run, the
-- mirror's source, whether a date counts.
SELECT r.phase, r.source_id, s.honest_dates,
       EXISTS (SELECT FROM batch_ledger b WHERE b.run_id = r.run_id AND b.page_id = $2
               AND b.normalizer_version = $3 AND b.part = $4::smallint) AS staged
FROM run r JOIN source s USING (district_id, source_id)
WHERE r.run_id = $1::uuid
