-- Passes past their time (L4). $1 at most so many.
SELECT c.district_id, c.run_id, c.collection, c.pass
FROM run_collection c
JOIN run r ON r.district_id = c.district_id AND r.run_id = c.run_id
JOIN source s ON s.district_id = c.district_id AND s.active_run = c.run_id
WHERE r.phase = 'fetching' AND r.finished_at IS NULL AND c.sealed IS NULL AND c.pass_started_at <= now() - run_pass_time()
ORDER BY c.pass_started_at LIMIT $1::int
