-- Active runs past their deadline (R3). $1 at most so many.
SELECT r.district_id, r.run_id
FROM run r JOIN source s ON s.district_id = r.district_id AND s.active_run = r.run_id
WHERE r.deadline_at <= now() AND r.finished_at IS NULL AND r.mirrored_at IS NULL
ORDER BY r.deadline_at LIMIT $1::int
