-- The same secret under another key. $1 application, $2 secret, $3 sealed.
UPDATE webhook_secret SET sealed = decode($3::text, 'hex')
WHERE district_id = tenant() AND application_id = $1::uuid AND secret_id = $2::uuid
