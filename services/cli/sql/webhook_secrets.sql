-- $1 application.
SELECT s.secret_id, CASE WHEN s.expires_at <= now() THEN 'expired' WHEN s.expires_at IS NOT NULL THEN 'running out' ELSE 'signs' END,
    s.made_by, s.made_at, s.expires_at, encode(substr(s.sealed, 6, 16), 'hex')::uuid
FROM webhook_secret s WHERE s.district_id = tenant() AND s.application_id = $1::uuid ORDER BY s.secret_id DESC
