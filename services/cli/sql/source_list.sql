SELECT s.name, s.kind || '/' || s.version, s.base_url, s.auth, s.automatic, to_char(s.nightly_at, 'HH24:MI'), s.first_sync,
       r.state, coalesce(r.finished_at, r.started_at, r.requested_at), s.source_id
FROM source s
LEFT JOIN LATERAL (SELECT * FROM run r WHERE r.district_id = s.district_id AND r.source_id = s.source_id
                   ORDER BY requested_at DESC LIMIT 1) r ON true
WHERE s.district_id = tenant() AND s.removed_at IS NULL ORDER BY s.authority, s.name
