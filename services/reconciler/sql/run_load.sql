-- A run as every step needs it. over: nothing to do here until a person or a new run moves it.
SELECT r.run_id, r.source_id, r.kind, r.phase, r.snapshot_on, r.test,
       r.parked OR r.finished_at IS NOT NULL AS over, r.traceparent
FROM run r WHERE r.run_id = $1::uuid
