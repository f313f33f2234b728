-- snapshot.ready again where nothing moved (C2): whoever takes it goes on from the phase. $1 run, $2 milliseconds.
SELECT event_add(r.run_id, 'snapshot.ready', r.source_id::text, jsonb_build_object('run', r.run_id, 'source', r.source_id))
FROM run r
WHERE r.district_id = tenant() AND r.run_id = $1::uuid AND r.finished_at IS NULL AND NOT r.parked
  AND r.phase IN ('ready', 'verifying', 'checked', 'mirrored', 'planned')
  AND say_again('snapshot.ready', r.run_id, greatest(r.ready_at, r.mirrored_at), $2::bigint * interval '1 ms')
