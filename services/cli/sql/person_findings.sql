-- What was wrong with a person's records, newest first. $1 node, or the SIS id of whoever is not there.
WITH mine AS (
    SELECT l.sourced_id FROM account_link l
    WHERE l.district_id = tenant() AND l.account_id = CASE WHEN $1::text LIKE 'a:%' THEN substr($1, 3)::uuid END
    UNION
    SELECT CASE WHEN $1 LIKE 'r:%' THEN substr($1, 40) ELSE $1 END)
SELECT f.at, f.severity, f.rule, f.field, f.message, f.run_id
FROM finding f WHERE f.district_id = tenant() AND f.collection = 'users' AND f.sourced_id IN (SELECT sourced_id FROM mine)
ORDER BY f.at DESC, f.finding_id DESC LIMIT 20
