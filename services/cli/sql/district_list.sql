SELECT d.slug, d.name, d.state, d.time_zone, d.paused_at IS NOT NULL,
       (SELECT count(*) FROM source s WHERE s.district_id = d.district_id AND s.removed_at IS NULL),
       r.run_id, r.state, coalesce(r.finished_at, r.started_at, r.requested_at),
       (SELECT count(*) FROM dead_letter l WHERE l.district_id = d.district_id AND l.state = 'open'), d.district_id
FROM district d
LEFT JOIN LATERAL (SELECT * FROM run r WHERE r.district_id = d.district_id ORDER BY requested_at DESC LIMIT 1) r ON true
ORDER BY d.slug
