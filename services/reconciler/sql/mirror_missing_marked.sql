-- What the source marks as deleted: in a sealed full collection as if it had not come, in a delta
-- only to begin with (D1).
WITH sealed AS (SELECT c.collection FROM run_collection c JOIN run r ON r.run_id = c.run_id
                WHERE c.run_id = $1::uuid AND c.sealed AND c.mode = 'bulk' AND r.kind = 'full')
INSERT INTO w_missing (row_no, collection, marked, counts)
SELECT i.row_no, i.collection, true, i.collection IN (SELECT collection FROM sealed)
FROM w_in i
WHERE i.act = 'deleted' AND i.row_no IS NOT NULL
  AND (i.collection IN (SELECT collection FROM sealed) OR (SELECT r.kind = 'delta' FROM run r
      WHERE r.run_id = $1::uuid)
      OR i.collection IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
          AND c.mode = 'delta'))
