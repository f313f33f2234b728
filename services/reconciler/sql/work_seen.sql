INSERT INTO w_seen (row_no, collection)
SELECT DISTINCT x.row_no, b.collection
FROM w_page p
JOIN batch_ledger b ON b.run_id = $1::uuid AND b.page_id = p.page_id
    AND b.normalizer_version = p.normalizer_version,
     unnest(b.seen) AS x (row_no)
