-- As apply_seed, for accounts. One that was merged moves nothing any more, unless the plan read it.
WITH read AS MATERIALIZED (
    SELECT r.account_id, r.version FROM plan_person p, unnest(p.accounts, p.account_versions)
        AS r(account_id, version)
    WHERE p.district_id = tenant() AND p.plan_id = $1::uuid)
INSERT INTO plan_seed_account
SELECT a.account_id FROM account a
LEFT JOIN read r ON r.account_id = a.account_id
LEFT JOIN settled_account s ON s.district_id = tenant() AND s.account_id = a.account_id
WHERE a.district_id = tenant() AND (a.merged_into IS NULL OR r.account_id IS NOT NULL)
    AND CASE WHEN r.account_id IS NOT NULL THEN $3::boolean OR r.version <> a.version
             ELSE s.account_id IS NULL OR s.version <> a.version OR s.due_on <= $2::date END
