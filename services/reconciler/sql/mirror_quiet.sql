-- The run of the snapshot before, where the same collections were whole; whether nothing has moved
-- since: then what dangled dangles, and nothing else does; and whether little has: then those alone
-- are looked at whom it concerns. That needs every reference that dangled by name, and that nothing
-- went to which others refer in ways that no key leads back. No row: look at everybody.
SELECT s.run_id,
    NOT EXISTS (SELECT FROM w_in i WHERE i.act IN ('new', 'returned', 'changed'))
        AND NOT EXISTS (SELECT FROM w_away) AS still,
    s.kind = 'full' AND (SELECT r.kind = 'full' FROM run r WHERE r.run_id = $1::uuid)
        AND NOT EXISTS (SELECT FROM w_away a WHERE a.act = 'absent'
            AND a.collection NOT IN ('users', 'classes', 'enrollments', 'demographics'))
        AND NOT EXISTS (SELECT FROM finding f WHERE f.run_id = s.run_id AND f.page_id IS NULL
            AND f.sourced_id IS NULL AND f.rule LIKE '%.dangling')
        AND (SELECT count(*) FROM w_moved) < 100000 AS little
FROM snapshot s
WHERE s.source_id = $2::uuid AND s.mirror_version = (SELECT r.base_mirror_version FROM run r
    WHERE r.run_id = $1::uuid)
  AND s.sealed = ARRAY(SELECT c.collection FROM run_collection c WHERE c.run_id = $1::uuid
      AND c.sealed AND c.mode = 'bulk' ORDER BY c.collection)
