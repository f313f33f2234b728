-- What a run's beginning must know of its source. $1 run.
SELECT s.kind = 'clever',
       r.phase = 'scheduled' AND r.finished_at IS NULL AND s.active_run IS NULL AND s.removed_at IS NULL AND d.paused_at IS NULL,
       s.source_id, s.base_url, s.token_url, s.ca_file, c.clever_district,
       CASE WHEN r.requested_by = 'events' AND r.mode = 'delta' AND c.feed_at > now() - interval '25 days' THEN c.feed END,
       encode(i.value, 'hex'), i.key_id IS NOT NULL, encode(k.value, 'hex'), k.key_id IS NOT NULL
FROM run r
JOIN source s ON s.district_id = r.district_id AND s.source_id = r.source_id
JOIN district d ON d.district_id = r.district_id
LEFT JOIN clever_source c ON c.district_id = s.district_id AND c.source_id = s.source_id
LEFT JOIN source_credential i ON i.district_id = s.district_id AND i.source_id = s.source_id AND i.name = 'client_id'
LEFT JOIN source_credential k ON k.district_id = s.district_id AND k.source_id = s.source_id AND k.name = 'client_secret'
WHERE r.district_id = tenant() AND r.run_id = $1::uuid
