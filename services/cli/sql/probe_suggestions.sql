SELECT x ->> 'setting', x ->> 'now', x ->> 'better', x ->> 'why'
FROM probe p, jsonb_array_elements(p.report -> 'suggestions') WITH ORDINALITY e (x, n)
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid ORDER BY n
