INSERT INTO snapshot (district_id, source_id, run_id, mirror_version, taken_on, kind, sealed,
    suspect, unverified)
SELECT tenant(), r.source_id, r.run_id, r.base_mirror_version + 1, r.snapshot_on, r.kind,
       ARRAY(SELECT c.collection FROM run_collection c WHERE c.run_id = r.run_id AND c.sealed
           AND c.mode = 'bulk' ORDER BY c.collection), r.suspect, r.unverified
FROM run r WHERE r.run_id = $1::uuid
