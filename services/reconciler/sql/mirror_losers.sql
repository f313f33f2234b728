-- Of several copies of a record the readable one, then the later dateLastModified, then the hash,
-- wins, staged or seen alike (C5).
WITH twice AS (
    SELECT s.collection, s.sourced_id FROM stage_record s
    JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
    WHERE s.run_id = $1::uuid
    GROUP BY s.collection, s.sourced_id HAVING count(*) > 1
), ranked AS (
    SELECT s.page_id, s.part, s.place, row_number() OVER (
               PARTITION BY s.collection, s.sourced_id
               ORDER BY s.body IS NULL, s.modified DESC NULLS LAST, s.hash DESC NULLS LAST,
                   s.deleted DESC, s.page_id, s.part, s.place) AS rank
    FROM stage_record s
    JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
    JOIN twice t ON t.collection = s.collection AND t.sourced_id = s.sourced_id
    WHERE s.run_id = $1::uuid
), beaten AS (
    SELECT s.page_id, s.part, s.place FROM stage_record s
    JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
    JOIN mirror_record m ON m.source_id = $2::uuid AND m.collection = s.collection
        AND m.sourced_id = s.sourced_id
    JOIN w_seen w ON w.row_no = m.row_no
    WHERE s.run_id = $1::uuid
      AND (s.body IS NULL
           OR (coalesce(m.modified, '-infinity'), m.hash) >= (coalesce(s.modified, '-infinity'),
               s.hash))
)
INSERT INTO w_loser (page_id, part, place)
SELECT page_id, part, place FROM ranked WHERE rank > 1
UNION
SELECT page_id, part, place FROM beaten
