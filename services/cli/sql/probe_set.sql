-- What is suggested, as `rollcall source set` takes it.
SELECT string_agg(format('%s=%s', x ->> 'setting', x ->> 'better'), ' ') FROM probe p, jsonb_array_elements(p.report -> 'suggestions') x
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid
