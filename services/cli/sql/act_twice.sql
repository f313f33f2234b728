-- An account that a file names twice, or a user name that another account has or the file gives twice. $1 rows of the file.
WITH rows AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(line int, account text, username text))
SELECT max(line), 'names the account of line ' || min(line) || ' again' FROM rows GROUP BY account HAVING count(*) > 1
UNION ALL
SELECT r.line, 'gives a user name that account ' || a.account_id || ' has' FROM rows r
JOIN account a ON a.district_id = tenant() AND a.merged_into IS NULL AND lower(a.username) = lower(r.username) AND a.account_id::text <> r.account
UNION ALL
SELECT max(line), 'gives the user name of line ' || min(line) || ' again' FROM rows WHERE username <> '-' GROUP BY lower(username) HAVING count(*) > 1
ORDER BY 1 LIMIT 1
