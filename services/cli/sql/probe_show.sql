SELECT s.name, p.finished_at, p.requested_by, p.verdict,
       (p.report #>> '{sample,people}') || CASE WHEN (p.report #>> '{sample,whole}')::boolean THEN ', all of them'
           ELSE coalesce(' of ' || (p.report #>> '{sample,of}'), '') END,
       p.report ->> 'requests', round((p.report ->> 'milliseconds')::numeric / 1000, 1), p.report -> 'strategy', p.probe_id
FROM probe p JOIN source s ON s.district_id = p.district_id AND s.source_id = p.source_id
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid
