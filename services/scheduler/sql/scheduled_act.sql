-- run.requested again (R2), counted from when the source became free. $1 run, $2 milliseconds.
SELECT event_add(r.run_id, 'run.requested', r.source_id::text, jsonb_build_object('run', r.run_id, 'source', r.source_id))
FROM run r
WHERE r.district_id = tenant() AND r.run_id = $1::uuid AND r.phase = 'scheduled' AND r.finished_at IS NULL
  AND say_again('run.requested', r.run_id,
                greatest(r.requested_at, (SELECT max(greatest(x.mirrored_at, x.finished_at)) FROM run x
                                          WHERE x.district_id = tenant() AND x.source_id = r.source_id AND x.finished_at > now() - interval '1 day')),
                $2::bigint * interval '1 ms')
