-- The same credential under another key: it was not set anew.
UPDATE source_credential SET value = decode($3::text, 'hex'), key_id = encode(substr(decode($3::text, 'hex'), 6, 16), 'hex')::uuid
WHERE district_id = tenant() AND source_id = $1::uuid AND name = $2::text
