-- A warning about a whole collection, written with the end of its lane.
INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
SELECT tenant(), $1::uuid, $2, $2 || '.not-read', 'warning', $3
