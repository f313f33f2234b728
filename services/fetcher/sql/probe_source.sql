-- A source as a test of it needs it. $1 test.
SELECT s.source_id, s.base_url, s.auth, s.token_url, s.ca_file, s.version, s.page_size, s.parallel, s.demographics, s.resources, s.honest_dates,
       s.name, s.kind, s.removed_at IS NOT NULL, p.requested_by,
       encode(i.value, 'hex'), i.key_id IS NOT NULL, encode(c.value, 'hex'), c.key_id IS NOT NULL, s.quirks
FROM probe p
JOIN source s ON s.district_id = p.district_id AND s.source_id = p.source_id
LEFT JOIN source_credential i ON i.district_id = s.district_id AND i.source_id = s.source_id AND i.name = 'client_id'
LEFT JOIN source_credential c ON c.district_id = s.district_id AND c.source_id = s.source_id AND c.name = 'client_secret'
WHERE p.district_id = tenant() AND p.probe_id = $1::uuid
