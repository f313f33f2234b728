-- The run in whose name a plan is made that nobody keeps: that of the open plan, else the last one.
SELECT r.run_id::text, r.source_id::text
FROM run r LEFT JOIN plan p ON p.district_id = tenant() AND p.run_id = r.run_id AND p.state = 'open'
WHERE r.district_id = tenant() ORDER BY p.plan_id IS NULL, r.run_id DESC LIMIT 1
