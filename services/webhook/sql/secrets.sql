-- The secrets that hold, the newest first. $1 application.
SELECT encode(s.sealed, 'hex') FROM webhook_secret s
WHERE s.district_id = tenant() AND s.application_id = $1::uuid AND (s.expires_at IS NULL OR s.expires_at > now())
ORDER BY s.expires_at IS NOT NULL, s.secret_id DESC LIMIT 5
