SELECT x ->> 'collection', (x ->> 'readable')::boolean, x ->> 'total', x ->> 'asked_for', x ->> 'received', x ->> 'milliseconds', x ->> 'bytes'
FROM probe p, jsonb_array_elements(p.report -> 'collections') WITH ORDINALITY e (x, n)
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid ORDER BY n
