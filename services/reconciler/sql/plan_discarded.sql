-- The last plan that was discarded.
SELECT plan_id::text FROM plan WHERE district_id = tenant() AND state = 'discarded'
ORDER BY closed_at DESC LIMIT 1
