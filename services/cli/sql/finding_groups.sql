-- Findings of a run by rule, the biggest group first.
SELECT f.severity, f.rule, f.collection, coalesce(f.field, ''), count(*), min(f.sourced_id), min(f.message)
FROM finding f WHERE f.district_id = tenant() AND f.run_id = $1::uuid
GROUP BY f.severity, f.rule, f.collection, coalesce(f.field, '')
ORDER BY (f.severity = 'error') DESC, count(*) DESC, f.rule LIMIT $2::bigint
