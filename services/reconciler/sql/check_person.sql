-- Whom a run was started for alone; of other runs nobody. $1 run.
INSERT INTO w_ask (sourced_id)
SELECT DISTINCT p FROM run r CROSS JOIN LATERAL unnest(r.people) p
WHERE r.district_id = tenant() AND r.run_id = $1::uuid
