-- Fetching runs whose lanes have all ended. $1 at most so many, $2 after this run.
SELECT r.district_id, r.run_id
FROM run r JOIN source s ON s.district_id = r.district_id AND s.active_run = r.run_id
WHERE r.phase = 'fetching' AND r.finished_at IS NULL
  AND NOT EXISTS (SELECT FROM run_collection c JOIN lane l USING (district_id, run_id, collection, pass)
                  WHERE c.district_id = r.district_id AND c.run_id = r.run_id AND l.state NOT IN ('sealed', 'unsealed'))
  AND r.run_id > $2::uuid
ORDER BY r.run_id LIMIT $1::int
