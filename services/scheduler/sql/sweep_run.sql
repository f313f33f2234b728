-- The run that $1 is, or is of: a run, a lane, or a source whose next run waits; and its trace.
SELECT r.run_id, r.traceparent FROM run r
WHERE r.district_id = tenant() AND r.run_id = coalesce(
    (SELECT x.run_id FROM run x WHERE x.district_id = tenant() AND x.run_id = $1::uuid),
    (SELECT l.run_id FROM lane l WHERE l.district_id = tenant() AND l.lane_id = $1::uuid),
    (SELECT x.run_id FROM run x WHERE x.district_id = tenant() AND x.source_id = $1::uuid AND x.phase = 'scheduled' AND x.finished_at IS NULL))
