-- The rows that came unchanged, where anything asks for them: something is missing, or a record may
-- have come both changed and not.
INSERT INTO w_seen (row_no, collection)
SELECT DISTINCT x.row_no, b.collection
FROM w_page p
JOIN batch_ledger b ON b.run_id = $1::uuid AND b.page_id = p.page_id
    AND b.normalizer_version = p.normalizer_version,
     unnest(b.seen) AS x (row_no)
WHERE (SELECT (r.counts ->> 'missing') IS DISTINCT FROM '0' OR
    EXISTS (SELECT FROM stage_record s WHERE s.run_id = r.run_id)
       FROM run r WHERE r.run_id = $1::uuid)
