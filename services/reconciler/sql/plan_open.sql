-- The open plan, with what is needed to apply it.
SELECT p.plan_id::text, p.run_id::text, p.source_id::text, p.policy_version
FROM plan p WHERE p.district_id = tenant() AND p.state = 'open'
