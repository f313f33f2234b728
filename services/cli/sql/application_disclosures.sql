-- What applications were told, newest first. $1 application, $2 account, $3 limit.
SELECT x.at, coalesce(a.name, x.application_id::text), x.route, cardinality(x.accounts), array_to_string(x.fields, ', '), x.disclosure_id
FROM disclosure x LEFT JOIN application a USING (application_id)
WHERE x.district_id = tenant() AND ($1::uuid IS NULL OR x.application_id = $1::uuid) AND ($2::uuid IS NULL OR $2::uuid = ANY (x.accounts))
ORDER BY x.disclosure_id DESC LIMIT $3::bigint
