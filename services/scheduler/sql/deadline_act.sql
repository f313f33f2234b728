SELECT run_fail(r.run_id, 'it was not done within ' || extract(hours FROM run_deadline()) || ' hours')
FROM run r JOIN source s ON s.district_id = r.district_id AND s.source_id = r.source_id AND s.active_run = r.run_id
WHERE r.district_id = tenant() AND r.run_id = $1::uuid AND r.deadline_at <= now() AND r.finished_at IS NULL AND r.mirrored_at IS NULL
