-- The page is in the ledger once every part of one normalizer's version is; the first complete
-- version counts (N3). Run after the run's row was locked: two parts that commit together would
-- each miss the other.
INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version)
SELECT tenant(), $1::uuid, $2::text, $3::text
WHERE (SELECT count(*) FROM batch_ledger b WHERE b.run_id = $1::uuid AND b.page_id = $2::text
    AND b.normalizer_version = $3::text) = $4::int
ON CONFLICT DO NOTHING
