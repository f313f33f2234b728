-- $1 rows of a file.
SELECT coalesce(array_agg(DISTINCT r.account), '{}')::text FROM jsonb_to_recordset($1::jsonb) AS r(account uuid)
