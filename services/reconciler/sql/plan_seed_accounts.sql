-- As plan_seed_records, for accounts.
INSERT INTO plan_seed_account
SELECT a.account_id FROM account a
LEFT JOIN settled_account s ON s.district_id = tenant() AND s.account_id = a.account_id
WHERE a.district_id = tenant() AND a.merged_into IS NULL
    AND ($3::boolean OR s.account_id IS NULL OR s.policy_version <> $1::bigint
        OR s.due_on <= $2::date OR s.version <> a.version)
