-- $1 application.
SELECT application_id, name, made_by, made_at, revoked_by, revoked_at FROM application WHERE application_id = $1::uuid
