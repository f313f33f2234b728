SELECT x ->> 'role', x ->> 'people', (x ->> 'exact')::boolean FROM probe p, jsonb_array_elements(p.report -> 'roles') x
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid ORDER BY (x ->> 'people')::bigint DESC, 1
