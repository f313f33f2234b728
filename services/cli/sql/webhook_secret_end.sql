-- The secrets that there are run out. $1 application, $2 after how many milliseconds.
UPDATE webhook_secret SET expires_at = least(expires_at, now() + $2::bigint * interval '1 millisecond')
WHERE district_id = tenant() AND application_id = $1::uuid
