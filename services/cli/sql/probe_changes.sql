SELECT x FROM probe p, jsonb_array_elements_text(p.changes) WITH ORDINALITY e (x, n)
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid ORDER BY n
