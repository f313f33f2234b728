-- Scheduled runs whose source was removed: they will never begin. $1 at most so many.
SELECT r.district_id, r.run_id
FROM run r JOIN source s ON s.district_id = r.district_id AND s.source_id = r.source_id
WHERE r.phase = 'scheduled' AND r.finished_at IS NULL AND s.removed_at IS NOT NULL
ORDER BY r.run_id LIMIT $1::int
