-- The run of the snapshot before, where nothing has moved since and the same collections were
-- whole: then what dangled dangles, and nothing else does. No row: look.
SELECT s.run_id FROM snapshot s
WHERE s.source_id = $2::uuid AND s.mirror_version = (SELECT r.base_mirror_version FROM run r
    WHERE r.run_id = $1::uuid)
  AND s.sealed = ARRAY(SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
      AND c.sealed AND c.mode = 'bulk' ORDER BY c.collection)
  AND NOT EXISTS (SELECT FROM w_in i WHERE i.act IN ('new', 'returned', 'changed')) AND
      NOT EXISTS (SELECT FROM w_away)
