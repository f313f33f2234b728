-- $1 application, $2 the secret's digest in hex, $3 by whom, $4 milliseconds that it holds.
INSERT INTO application_token (application_id, digest, made_by, expires_at)
VALUES ($1::uuid, decode($2, 'hex'), $3::text, now() + $4::bigint * interval '1 millisecond')
RETURNING replace(token_id::text, '-', ''), to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
