-- Links of new accounts and of recognised people. (source, record) is unique (P4). $1 run.
INSERT INTO account_link (district_id, source_id, sourced_id, account_id, run_id)
SELECT tenant(), source_id, sourced_id, holder, $1::uuid FROM plan_basis
