-- $1 application, $2 by whom (the trail's to say).
UPDATE webhook SET state = 'active', state_at = now(), why = NULL, attempts = 0, failed_since = NULL, due_at = now()
WHERE district_id = tenant() AND application_id = $1::uuid AND (state <> 'active' OR failed_since IS NOT NULL) AND $2::text <> ''
