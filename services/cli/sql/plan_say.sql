-- plan.decided: look. $1 run, $2 plan or NULL, $3 undo or NULL.
SELECT event_add(r.run_id, 'plan.decided', r.source_id::text, jsonb_strip_nulls(jsonb_build_object('district', tenant(), 'run', r.run_id,
    'source', r.source_id, 'plan', $2::uuid, 'undo', $3::uuid)))
FROM run r WHERE r.district_id = tenant() AND r.run_id = $1::uuid
