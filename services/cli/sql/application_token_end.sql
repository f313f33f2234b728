-- The application's older tokens run out. $1 application, $2 after how many milliseconds, $3 the token that stays.
UPDATE application_token SET expires_at = now() + $2::bigint * interval '1 millisecond'
WHERE application_id = $1::uuid AND token_id <> $3::uuid AND revoked_at IS NULL
    AND expires_at > now() + $2::bigint * interval '1 millisecond'
