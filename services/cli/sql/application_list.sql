SELECT a.name, CASE WHEN a.revoked_at IS NOT NULL THEN 'revoked' WHEN t.until IS NULL THEN 'no token' ELSE 'active' END,
    (SELECT string_agg(d.slug, ', ' ORDER BY d.slug) FROM application_grant g JOIN district d USING (district_id)
     WHERE g.application_id = a.application_id),
    t.until, a.made_by, a.made_at, a.application_id
FROM application a, LATERAL (SELECT max(x.expires_at) AS until FROM application_token x
    WHERE x.application_id = a.application_id AND x.revoked_at IS NULL AND x.expires_at > now()) t
ORDER BY a.name
