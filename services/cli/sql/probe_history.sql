SELECT p.finished_at, p.verdict, p.requested_by,
       (SELECT count(*) FROM jsonb_array_elements(p.report -> 'checks') x WHERE x ->> 'state' = 'error'),
       (SELECT count(*) FROM jsonb_array_elements(p.report -> 'checks') x WHERE x ->> 'state' = 'warning'), p.changes, p.probe_id
FROM probe p WHERE p.district_id = tenant() AND p.source_id = $1::uuid AND p.finished_at IS NOT NULL ORDER BY p.probe_id DESC
