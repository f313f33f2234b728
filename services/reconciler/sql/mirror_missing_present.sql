-- Absences count in sealed full collections alone (D1). Check has counted them: where it found
-- none, this looks at nothing.
INSERT INTO w_missing (row_no, collection, marked, counts)
SELECT m.row_no, m.collection, false, true
FROM mirror_record m
WHERE m.source_id = $2::uuid AND m.present
  AND (SELECT r.kind = 'full' AND (r.counts ->> 'missing') IS DISTINCT FROM '0' FROM run r
      WHERE r.run_id = $1::uuid)
  AND m.collection IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
      AND c.sealed AND c.mode = 'bulk')
  AND NOT EXISTS (SELECT FROM w_seen w WHERE w.row_no = m.row_no)
  AND NOT EXISTS (SELECT FROM w_in i WHERE i.row_no = m.row_no)
