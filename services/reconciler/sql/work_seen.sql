-- The rows that came unchanged, as ranges that neither meet nor overlap.
INSERT INTO w_seen (low, high, collection)
SELECT lower(r.span), upper(r.span), b.collection
FROM (SELECT b.collection, range_agg(b.seen_rows) AS rows
      FROM w_page p
      JOIN batch_ledger b ON b.run_id = $1::uuid AND b.page_id = p.page_id
          AND b.normalizer_version = p.normalizer_version
      GROUP BY b.collection) b,
     unnest(b.rows) AS r (span)
