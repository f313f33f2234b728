-- $1 plan, $2 run, $3 source, $4 state, $5 policy version, $6 today, $7 hash.
INSERT INTO plan (district_id, plan_id, run_id, source_id, state, hash, policy_version, planned_on)
VALUES (tenant(), $1::uuid, $2::uuid, $3::uuid, $4, $7, $5::bigint, $6::date)
