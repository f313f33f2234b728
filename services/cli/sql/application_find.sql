-- $1 name.
SELECT application_id, revoked_at IS NOT NULL FROM application WHERE name = $1::text
