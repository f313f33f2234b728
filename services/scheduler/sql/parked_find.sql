-- Fetching runs that may wait for a person: every lane ended or failed, and something failed or set aside. $1 at most so many, $2 after this run.
SELECT r.district_id, r.run_id
FROM run r JOIN source s ON s.district_id = r.district_id AND s.active_run = r.run_id
CROSS JOIN LATERAL (
    SELECT bool_or(l.state IN ('open', 'waiting')) AS busy, bool_or(l.state = 'failed') AS failed
    FROM run_collection c JOIN lane l USING (district_id, run_id, collection, pass)
    WHERE c.district_id = r.district_id AND c.run_id = r.run_id) l
WHERE r.phase = 'fetching' AND r.finished_at IS NULL AND NOT l.busy
  AND (l.failed OR EXISTS (SELECT FROM dead_letter d WHERE d.district_id = r.district_id AND d.run_id = r.run_id AND d.state = 'open'))
  AND r.run_id > $2::uuid
ORDER BY r.run_id LIMIT $1::int
