-- $1 application, $2 key.
SELECT digest, account_id FROM application_key
WHERE district_id = tenant() AND application_id = $1::uuid AND key = $2::text
