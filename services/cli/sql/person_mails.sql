-- The mails about the runs that changed a person. $1 account or NULL.
SELECT DISTINCT x.local_day, x.kind, x.subject, x.state FROM mail x
WHERE x.district_id = tenant() AND x.about IN (SELECT h.run_id::text FROM history h WHERE h.district_id = tenant() AND h.account_id = $1::uuid)
ORDER BY x.local_day DESC, x.kind LIMIT 10
