-- What came and what it means: 'new', 'returned' (from a countdown), 'changed' (in what a plan
-- reads), 'dated' (in nothing that a plan reads), 'same', 'deleted' (marked so by the source),
-- 'unknown' (never read, and unreadable now: N2).
INSERT INTO w_in (collection, sourced_id, act, row_no, hash, modified, user_ref, class_ref, body,
    old_user, old_agents)
SELECT s.collection, s.sourced_id,
       CASE WHEN s.deleted THEN 'deleted'
            WHEN m.row_no IS NULL AND s.body IS NULL THEN 'unknown'
            WHEN m.row_no IS NULL THEN 'new'
            WHEN m.absent_run IS NOT NULL OR NOT m.present THEN 'returned'
            WHEN m.unread <> (s.body IS NULL)
                OR (s.body IS NOT NULL AND s.body IS DISTINCT FROM m.body) THEN 'changed'
            WHEN s.body IS NOT NULL
                AND (s.hash IS DISTINCT FROM m.hash OR s.modified IS DISTINCT FROM m.modified
                     OR m.hash_version <> (SELECT k.hash_version FROM district_key k)) THEN 'dated'
            ELSE 'same' END,
       m.row_no, s.hash, s.modified, s.user_ref, s.class_ref, s.body, m.user_ref,
       CASE WHEN s.collection = 'users' THEN m.body -> 'agents' END
FROM stage_record s
LEFT JOIN mirror_record m ON m.source_id = $2::uuid AND m.collection = s.collection
    AND m.sourced_id = s.sourced_id
WHERE s.run_id = $1::uuid
  AND ((s.page_id, s.normalizer_version) IN (
      SELECT p.page_id, p.normalizer_version FROM w_page p)) IS TRUE
  AND ((s.page_id, s.part, s.place) IN (
      SELECT l.page_id, l.part, l.place FROM w_loser l)) IS NOT TRUE
