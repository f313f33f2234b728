-- Absences count in sealed full collections alone; a delete mark also in a delta (D1).
WITH sealed AS (SELECT c.collection FROM run_collection c JOIN run r USING (district_id, run_id)
                WHERE c.run_id = $1::uuid AND c.sealed AND r.kind = 'full')
INSERT INTO w_missing (row_no, collection, marked, counts)
SELECT m.row_no, m.collection, false, true
FROM mirror_record m
WHERE m.source_id = $2::uuid AND m.gone < 2 AND m.collection IN (SELECT collection FROM sealed)
  AND NOT EXISTS (SELECT FROM w_seen w WHERE w.row_no = m.row_no)
  AND NOT EXISTS (SELECT FROM w_in i WHERE i.row_no = m.row_no)
UNION ALL
SELECT i.row_no, i.collection, true, i.collection IN (SELECT collection FROM sealed)
FROM w_in i
WHERE i.act = 'deleted' AND i.row_no IS NOT NULL
  AND (i.collection IN (SELECT collection FROM sealed) OR (SELECT r.kind = 'delta' FROM run r WHERE r.run_id = $1::uuid))
