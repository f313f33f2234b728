SELECT x ->> 'state', x ->> 'check', x ->> 'says', x ->> 'ask'
FROM probe p, jsonb_array_elements(p.report -> 'checks') WITH ORDINALITY e (x, n)
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid
ORDER BY array_position(ARRAY['error', 'warning', 'unknown', 'ok'], x ->> 'state'), n
