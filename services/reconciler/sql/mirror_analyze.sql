-- Statistics, where the snapshot brought much that was not there.
SELECT mirror_analyze(coalesce(sum((c.value ->> 'new')::bigint), 0)::bigint)
FROM run r, jsonb_each(r.counts -> 'collections') c WHERE r.run_id = $1::uuid
