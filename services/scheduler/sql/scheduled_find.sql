-- Scheduled runs that could begin: no run of their source is active. $1 at most so many, $2 after this run.
SELECT r.district_id, r.run_id
FROM run r
JOIN source s ON s.district_id = r.district_id AND s.source_id = r.source_id
JOIN district d ON d.district_id = r.district_id
WHERE r.phase = 'scheduled' AND r.finished_at IS NULL AND s.active_run IS NULL AND s.removed_at IS NULL AND d.paused_at IS NULL
  AND r.run_id > $2::uuid
ORDER BY r.run_id LIMIT $1::int
