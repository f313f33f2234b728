-- A source's first snapshot: whatever came is new, and goes from the stage straight into the mirror
-- in the order in which pages came, so that the rows of a page lie side by side. Of what came only
-- the numbers are kept, for mirror_counts.
WITH made AS (
    INSERT INTO mirror_record (district_id, source_id, collection, sourced_id, hash, hash_version,
        modified, body, user_ref, class_ref, first_run, last_run)
    SELECT tenant(), $2::uuid, s.collection, s.sourced_id, s.hash,
        (SELECT k.hash_version FROM district_key k), s.modified, s.body, s.user_ref, s.class_ref,
        $1::uuid, $1::uuid
    FROM stage_record s
    WHERE s.run_id = $1::uuid AND NOT s.deleted AND s.body IS NOT NULL
      AND ((s.page_id, s.normalizer_version) IN (
          SELECT p.page_id, p.normalizer_version FROM w_page p)) IS TRUE
      AND ((s.page_id, s.part, s.place) IN (
          SELECT l.page_id, l.part, l.place FROM w_loser l)) IS NOT TRUE
    RETURNING collection)
INSERT INTO w_in (collection, sourced_id, act, records)
SELECT collection, '', 'new', count(*) FROM made GROUP BY collection
