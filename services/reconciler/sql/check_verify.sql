-- The people to ask for: all, or of too many a sample that the run's id picks; first someone whom
-- the list has, to tell whether the source answers by id at all. $2 too many.
WITH known AS (
    (SELECT m.sourced_id FROM mirror_record m
     WHERE m.district_id = tenant() AND m.collection = 'users'
       AND m.source_id = (SELECT r.source_id FROM run r WHERE r.run_id = $1::uuid)
       AND (SELECT m.row_no < w.high FROM w_seen w WHERE w.low <= m.row_no
            ORDER BY w.low DESC LIMIT 1)
     ORDER BY m.sourced_id LIMIT 1)
    UNION ALL
    SELECT s.sourced_id FROM stage_record s JOIN w_page p ON p.page_id = s.page_id
        AND p.normalizer_version = s.normalizer_version
    WHERE s.run_id = $1::uuid AND s.collection = 'users' AND NOT s.deleted
), asked AS (
    SELECT a.sourced_id FROM w_ask a
    ORDER BY CASE WHEN $2::boolean THEN md5($1::text || a.sourced_id) ELSE a.sourced_id END
    LIMIT CASE WHEN $2::boolean THEN verify_sample() ELSE verify_most() END
)
INSERT INTO verify_person (district_id, run_id, place, sourced_id, control)
SELECT tenant(), $1::uuid, row_number() OVER (ORDER BY x.control DESC, x.sourced_id) - 1,
       x.sourced_id, x.control
FROM (SELECT min(k.sourced_id) AS sourced_id, true AS control FROM known k
          HAVING min(k.sourced_id) IS NOT NULL
      UNION ALL
      SELECT a.sourced_id, false FROM asked a) x
