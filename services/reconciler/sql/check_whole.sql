-- Is everything there that the mirror has as present in sealed collections? Told by counting where
-- nothing was staged: what was seen are such rows, so as many different ones are all of them.
SELECT NOT EXISTS (SELECT FROM stage_record s WHERE s.run_id = $1::uuid)
    AND NOT EXISTS (
        SELECT FROM run_collection c
        WHERE c.run_id = $1::uuid AND c.sealed
          AND (SELECT count(*) FROM mirror_record m WHERE m.source_id = $2::uuid
               AND m.collection = c.collection AND m.present)
              <> (SELECT count(*) FROM w_seen w WHERE w.collection = c.collection))
