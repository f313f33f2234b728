-- The same for a credential that is being replaced.
UPDATE source_credential SET old_value = decode($3::text, 'hex'), old_key_id = encode(substr(decode($3::text, 'hex'), 6, 16), 'hex')::uuid
WHERE district_id = tenant() AND source_id = $1::uuid AND name = $2::text AND old_value IS NOT NULL
