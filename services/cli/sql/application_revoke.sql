-- $1 application, $2 by whom.
WITH tokens AS (
    UPDATE application_token SET revoked_at = now() WHERE application_id = $1::uuid AND revoked_at IS NULL)
UPDATE application SET revoked_at = now(), revoked_by = $2::text WHERE application_id = $1::uuid
