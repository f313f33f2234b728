-- As mirror_in, of a source that nothing was mirrored of before: whatever came is new. Its values
-- stay in the stage, which mirror_insert_first reads.
INSERT INTO w_in (collection, sourced_id, act)
SELECT s.collection, s.sourced_id, CASE WHEN s.deleted THEN 'deleted'
    WHEN s.body IS NULL THEN 'unknown' ELSE 'new' END
FROM stage_record s
JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
WHERE s.run_id = $1::uuid
  AND NOT EXISTS (SELECT FROM w_loser l WHERE l.page_id = s.page_id AND l.part = s.part
      AND l.place = s.place)
