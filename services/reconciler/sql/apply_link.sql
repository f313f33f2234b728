-- Links of new accounts and of recognised people. (source, record) is unique (P4). $1 run.
INSERT INTO account_link (district_id, source_id, sourced_id, account_id, run_id)
SELECT tenant(), split_part(b, ':', 2)::uuid, substr(b, 40), g.account_id, $1::uuid
FROM plan_go g, unnest(g.basis) b WHERE g.kind IN ('create', 'link')
