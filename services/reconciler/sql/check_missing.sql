-- Records that the mirror has as present and a sealed collection lacks, or sent as deleted.
WITH hole AS (
    -- between the rows that came unchanged, and beyond them: what the mirror knows and did not come
    -- so is there, and little else
    SELECT coalesce(lag(w.high) OVER (ORDER BY w.low), 0) AS low, w.low AS high FROM w_seen w
    UNION ALL
    SELECT coalesce(max(w.high), 0), 9223372036854775807 FROM w_seen w
), other AS (
    SELECT m.* FROM hole h CROSS JOIN LATERAL (
        SELECT m.row_no, m.source_id, m.collection, m.sourced_id, m.present FROM mirror_record m
        WHERE m.district_id = tenant() AND m.row_no >= h.low AND m.row_no < h.high OFFSET 0) m
    WHERE m.source_id = $2::uuid AND m.present
)
INSERT INTO w_missing (row_no, collection, marked, counts)
SELECT m.row_no, m.collection, false, true
FROM other m
WHERE m.collection IN (SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
      AND c.sealed AND c.mode = 'bulk')
  AND NOT EXISTS (SELECT FROM stage_record s
                  JOIN w_page p ON p.page_id = s.page_id
                      AND p.normalizer_version = s.normalizer_version
                  WHERE s.run_id = $1::uuid AND s.collection = m.collection
                      AND s.sourced_id = m.sourced_id AND NOT s.deleted)
