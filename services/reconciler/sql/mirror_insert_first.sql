-- From the stage straight into the mirror, in the order in which pages came: so the rows of a page
-- lie side by side.
INSERT INTO mirror_record (district_id, source_id, collection, sourced_id, hash, hash_version,
    modified, body, user_ref, class_ref, first_run, last_run)
SELECT tenant(), $2::uuid, s.collection, s.sourced_id, s.hash, k.hash_version, s.modified, s.body,
    s.user_ref, s.class_ref, $1::uuid, $1::uuid
FROM stage_record s
JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version, district_key k
WHERE s.run_id = $1::uuid AND NOT s.deleted AND s.body IS NOT NULL
  AND NOT EXISTS (SELECT FROM w_loser l WHERE l.page_id = s.page_id AND l.part = s.part
      AND l.place = s.place)
