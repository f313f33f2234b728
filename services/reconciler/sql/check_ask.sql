-- Whom the lane that verifies would ask for (C4): users whom a sealed whole collection lacks, and
-- whose countdown begins with that, or may complete by its dates. Who is marked deleted has been
-- answered for. $3 the snapshot's date, $4 the countdown's dates (D1).
WITH asks AS (
    SELECT FROM source s JOIN run_collection c ON c.run_id = $1::uuid AND c.collection = 'users'
    WHERE s.source_id = $2::uuid AND s.verify AND s.kind = 'oneroster-rest' AND c.sealed
      AND c.mode = 'bulk'
), missing AS (
    SELECT m.sourced_id FROM w_missing x
    CROSS JOIN LATERAL ( -- one by one: few are missing, or nobody is asked for
        SELECT m.sourced_id FROM mirror_record m
        WHERE m.district_id = tenant() AND m.row_no = x.row_no OFFSET 0) m
    WHERE x.collection = 'users'
    UNION ALL
    SELECT m.sourced_id FROM mirror_record m
    WHERE m.source_id = $2::uuid AND m.collection = 'users' AND m.absent_run IS NOT NULL
      AND m.gone < 2
      AND (m.clean_run IS NULL OR m.clean_on + $4::int <= $3::date
          OR (m.gone = 0 AND m.absent_on + $4::int <= $3::date))
)
INSERT INTO w_ask (sourced_id)
SELECT x.sourced_id FROM missing x
WHERE EXISTS (SELECT FROM asks)
  AND NOT EXISTS (SELECT FROM stage_record s
                  JOIN w_page p ON p.page_id = s.page_id
                      AND p.normalizer_version = s.normalizer_version
                  WHERE s.run_id = $1::uuid AND s.collection = 'users'
                      AND s.sourced_id = x.sourced_id)
