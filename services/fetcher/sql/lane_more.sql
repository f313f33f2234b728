-- What a task must know of its source beside the lane: limits of its host (0: as the options say; a vendor profile knows requests a
-- minute), milliseconds of quiet hours that are left, the pair of credentials that the present one replaces, and how many requests the
-- source bears at a time (one in its busy hours).
SELECT coalesce(s.host_requests, p.per_minute, 0),
       coalesce(s.host_window_s, CASE WHEN s.host_requests IS NULL AND p.per_minute IS NOT NULL THEN 60 END, 0)::bigint * 1000,
       coalesce(s.host_concurrent, 0),
       coalesce(ceil(extract(epoch FROM quiet_end(s.quiet_from, s.quiet_until, d.time_zone, now()) - now()) * 1000), 0)::bigint,
       encode(coalesce(i.old_value, i.value), 'hex'), CASE WHEN i.old_value IS NULL THEN i.key_id ELSE i.old_key_id END IS NOT NULL,
       encode(coalesce(c.old_value, c.value), 'hex'), CASE WHEN c.old_value IS NULL THEN c.key_id ELSE c.old_key_id END IS NOT NULL,
       now(), coalesce(i.old_value, c.old_value) IS NOT NULL, CASE WHEN source_busy(s, now()) THEN 1 ELSE 0 END
FROM source s
JOIN district d ON d.district_id = s.district_id
CROSS JOIN LATERAL (SELECT (s.quirks ->> 'requests_per_minute')::int AS per_minute) p
LEFT JOIN source_credential i ON i.district_id = s.district_id AND i.source_id = s.source_id AND i.name = 'client_id'
LEFT JOIN source_credential c ON c.district_id = s.district_id AND c.source_id = s.source_id AND c.name = 'client_secret'
WHERE s.district_id = tenant() AND s.source_id = $1::uuid
