-- Records that the mirror has as present and a sealed collection lacks, or sent as deleted.
INSERT INTO w_missing (row_no, collection, marked, counts)
SELECT m.row_no, m.collection, false, true
FROM mirror_record m
WHERE m.source_id = $2::uuid AND m.present
  AND m.collection IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
      AND c.sealed AND c.mode = 'bulk')
  AND NOT EXISTS (SELECT FROM w_seen w WHERE w.row_no = m.row_no)
  AND NOT EXISTS (SELECT FROM stage_record s
                  JOIN w_page p ON p.page_id = s.page_id
                      AND p.normalizer_version = s.normalizer_version
                  WHERE s.run_id = $1::uuid AND s.collection = m.collection
                      AND s.sourced_id = m.sourced_id AND NOT s.deleted)
