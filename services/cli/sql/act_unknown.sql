-- What is named and is no account, with the first line that names it. $1 rows of a file.
SELECT min(r.line), r.account FROM jsonb_to_recordset($1::jsonb) AS r(line int, account text)
WHERE NOT EXISTS (SELECT FROM account a WHERE a.district_id = tenant() AND a.account_id::text = r.account AND a.merged_into IS NULL)
GROUP BY r.account ORDER BY 1 LIMIT 5
