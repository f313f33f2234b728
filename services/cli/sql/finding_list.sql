SELECT f.severity, f.rule, f.collection, f.sourced_id, f.field, f.place, f.message, f.finding_id
FROM finding f
WHERE f.district_id = tenant() AND f.run_id = $1::uuid AND f.rule = coalesce($2::text, f.rule)
  AND f.severity = coalesce($3::text, f.severity) AND f.collection = coalesce($4::text, f.collection)
ORDER BY (f.severity = 'error') DESC, f.rule, f.collection, f.sourced_id, f.finding_id LIMIT $5::bigint
