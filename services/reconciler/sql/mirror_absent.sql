-- The countdown (D1). It begins here, or completes with a later sealed full snapshot that lacks the
-- record too, $3 dates after and the $4th in all; once among all snapshots (gone 1), once among
-- those that raise no doubt (gone 2; $5: this one raises none). $6: people were verified; an
-- unverified snapshot's absences of users are doubtful, all but explicit deletes (C4).
WITH begun AS (
    SELECT DISTINCT m.collection, b.run_id
    FROM w_missing x JOIN mirror_record m ON m.row_no = x.row_no
    CROSS JOIN LATERAL (VALUES (m.absent_run), (m.clean_run)) AS b (run_id)
    WHERE b.run_id IS NOT NULL
), evidence AS (
    SELECT e.collection, e.run_id, 2 + count(s.run_id) AS snapshots,
           2 + count(s.run_id) FILTER (WHERE NOT s.suspect
               AND NOT (s.unverified AND e.collection = 'users')) AS clean
    FROM begun e
    JOIN snapshot b ON b.run_id = e.run_id
    LEFT JOIN snapshot s ON s.source_id = b.source_id AND s.mirror_version > b.mirror_version
        AND s.kind = 'full'
        AND e.collection = ANY (s.sealed)
    GROUP BY e.collection, e.run_id
), told AS (
    SELECT x.*, $5::boolean AND ($6::boolean OR x.collection <> 'users' OR x.marked) AS clean
    FROM w_missing x
), verdict AS (
    SELECT m.row_no, x.marked, x.clean, m.absent_run IS NULL AS begins, m.gone AS was,
           CASE WHEN x.counts AND x.clean AND m.clean_on + $3::int <= $2::date
               AND c.clean >= $4::int THEN 2
                WHEN x.counts AND m.gone = 0 AND m.absent_on + $3::int <= $2::date
                    AND a.snapshots >= $4::int THEN 1
                ELSE m.gone END AS gone
    FROM told x
    JOIN mirror_record m ON m.row_no = x.row_no
    LEFT JOIN evidence a ON a.collection = m.collection AND a.run_id = m.absent_run
    LEFT JOIN evidence c ON c.collection = m.collection AND c.run_id = m.clean_run
), away AS (
    UPDATE mirror_record m SET
        present = false, marked_deleted = m.marked_deleted OR v.marked,
        absent_run = coalesce(m.absent_run, $1::uuid), absent_on = coalesce(m.absent_on, $2::date),
        clean_run = CASE WHEN v.clean THEN coalesce(m.clean_run, $1::uuid) ELSE m.clean_run END,
        clean_on = CASE WHEN v.clean THEN coalesce(m.clean_on, $2::date) ELSE m.clean_on END,
        gone = v.gone, version = m.version + 1, last_run = $1::uuid
    FROM verdict v
    WHERE m.row_no = v.row_no
      AND (m.present OR v.begins OR v.gone <> m.gone OR (v.marked AND NOT m.marked_deleted)
          OR (v.clean AND m.clean_run IS NULL))
    RETURNING m.collection, m.sourced_id, CASE WHEN v.begins THEN 'absent'
        WHEN v.gone > v.was THEN 'gone' ELSE 'evidence' END AS act,
              m.user_ref, CASE WHEN m.collection = 'users' THEN m.body -> 'agents' END AS agents
)
INSERT INTO w_away (collection, sourced_id, act, user_ref, agents) SELECT * FROM away
