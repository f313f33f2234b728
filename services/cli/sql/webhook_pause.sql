-- $1 application, $2 by whom.
UPDATE webhook SET state = 'paused', state_at = now(), why = 'paused by ' || $2::text
WHERE district_id = tenant() AND application_id = $1::uuid AND state <> 'paused'
