-- The delta cursor (C5): what this run asked for is in the mirror, up to when it began. A collection
-- that was not read to its end keeps its old cursor, so the next delta asks for the same again; and a
-- source that became another one while the run was in hand begins anew.
INSERT INTO source_cursor AS x (district_id, source_id, collection, read_to, revision, run_id)
SELECT tenant(), r.source_id, c.collection, r.started_at,
       CASE WHEN c.mode = 'bulk' THEN c.revision END, r.run_id
FROM run r JOIN run_collection c ON c.run_id = r.run_id
JOIN source s ON s.source_id = r.source_id AND coalesce(s.forgot_at < r.started_at, true)
WHERE r.run_id = $1::uuid AND c.sealed AND c.collection <> 'verify' AND r.upload_id IS NULL
ON CONFLICT (district_id, source_id, collection) DO UPDATE SET
    read_to = greatest(x.read_to, excluded.read_to), run_id = excluded.run_id,
    revision = CASE WHEN (SELECT c.mode = 'bulk' FROM run_collection c
        WHERE c.run_id = $1::uuid AND c.collection = x.collection) THEN excluded.revision
        ELSE x.revision END
