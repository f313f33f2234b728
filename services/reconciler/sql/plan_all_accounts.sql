-- Every account with its keys' values, in the order of ids; of whoever moved also the keys of
-- before.
SELECT a.account_id, a.version, d.account_id IS NOT NULL,
    CASE WHEN d.account_id IS NOT NULL THEN s.keys END,
    a.email, a.username, a.identifier, a.master_id, a.given_name, a.family_name, a.phone
FROM account a
LEFT JOIN plan_seed_account d ON d.account_id = a.account_id
LEFT JOIN settled_account s ON s.district_id = tenant() AND s.account_id = a.account_id
WHERE a.district_id = tenant() AND a.merged_into IS NULL
ORDER BY a.account_id
