-- Of a token that still holds: its digest and whose it is. $1 token.
SELECT encode(t.digest, 'hex'), t.application_id
FROM application_token t JOIN application a USING (application_id)
WHERE t.token_id = $1::uuid AND t.expires_at > now() AND t.revoked_at IS NULL
    AND a.revoked_at IS NULL
