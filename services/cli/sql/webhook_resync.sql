-- $1 application, $2 by whom (the trail's to say).
UPDATE webhook SET resync = true, due_at = now() WHERE district_id = tenant() AND application_id = $1::uuid AND $2::text <> ''
