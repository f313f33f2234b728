-- $1 application.
DELETE FROM application_grant WHERE district_id = tenant() AND application_id = $1::uuid
