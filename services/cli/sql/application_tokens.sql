-- $1 application.
SELECT token_id, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'active' END,
    made_by, made_at, expires_at
FROM application_token WHERE application_id = $1::uuid ORDER BY made_at DESC
