SELECT x ->> 'school', x ->> 'name', (SELECT string_agg(format('%s %s', r.value, r.key), ', ' ORDER BY r.value::bigint DESC, r.key)
                                      FROM jsonb_each_text(x -> 'roles') r), x -> 'roles'
FROM probe p, jsonb_array_elements(p.report -> 'schools') x
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid ORDER BY 2, 1
