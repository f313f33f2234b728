INSERT INTO finding (district_id, run_id, collection, sourced_id, field, rule, severity, message)
SELECT f.district_id, $1::uuid, f.collection, f.sourced_id, f.field, f.rule, f.severity, f.message
FROM finding f WHERE f.run_id = $2::uuid AND f.page_id IS NULL AND f.rule LIKE '%.dangling'
