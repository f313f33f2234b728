-- Of several copies of a record the readable one, then the later dateLastModified, then the hash,
-- wins, staged or seen alike (C5). That an id came once is told by its digest; where a digest came
-- twice the ids themselves are compared. Check has counted: where nothing came twice, this looks at
-- nothing.
WITH counts AS NOT MATERIALIZED (
    SELECT s.*, hashtextextended(s.sourced_id, hashtext(s.collection)) AS digest
    FROM stage_record s
    WHERE s.run_id = $1::uuid AND ((s.page_id, s.normalizer_version) IN (
        SELECT p.page_id, p.normalizer_version FROM w_page p)) IS TRUE
      AND (SELECT (r.counts ->> 'twice') IS DISTINCT FROM '0' FROM run r WHERE r.run_id = $1::uuid)
), ranked AS (
    SELECT s.page_id, s.part, s.place, row_number() OVER (
               PARTITION BY s.collection, s.sourced_id
               ORDER BY s.body IS NULL, s.modified DESC NULLS LAST, s.hash DESC NULLS LAST,
                   s.deleted DESC, s.page_id, s.part, s.place) AS rank
    FROM counts s
    WHERE (s.digest IN (
        SELECT c.digest FROM counts c GROUP BY c.digest HAVING count(*) > 1)) IS TRUE
), beaten AS (
    SELECT s.page_id, s.part, s.place FROM counts s
    JOIN mirror_record m ON m.source_id = $2::uuid AND m.collection = s.collection
        AND m.sourced_id = s.sourced_id
    CROSS JOIN LATERAL (SELECT w.high FROM w_seen w WHERE w.low <= m.row_no
        ORDER BY w.low DESC LIMIT 1) w
    WHERE m.row_no < w.high
        AND (s.body IS NULL OR (coalesce(m.modified, '-infinity'), m.hash)
            >= (coalesce(s.modified, '-infinity'), s.hash))
)
INSERT INTO w_loser (page_id, part, place)
SELECT page_id, part, place FROM ranked WHERE rank > 1
UNION
SELECT page_id, part, place FROM beaten
