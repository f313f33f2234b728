-- Whose countdown runs and who did not come this time either (a record in a countdown is never
-- merely seen).
INSERT INTO w_missing (row_no, collection, marked, counts)
SELECT m.row_no, m.collection, false, true
FROM mirror_record m
WHERE m.source_id = $2::uuid AND m.absent_run IS NOT NULL AND m.gone < 2
  AND (SELECT r.kind = 'full' FROM run r WHERE r.run_id = $1::uuid)
  AND m.collection IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
      AND c.sealed AND c.mode = 'bulk')
  AND NOT EXISTS (SELECT FROM w_in i WHERE i.row_no = m.row_no)
