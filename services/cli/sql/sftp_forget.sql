-- Credentials of the other way to sign in; $2 NULL: of both.
DELETE FROM source_credential WHERE district_id = tenant() AND source_id = $1::uuid
  AND name = ANY (CASE $2 WHEN 'key' THEN '{sftp_password}' WHEN 'password' THEN '{sftp_key,sftp_passphrase}'
                  ELSE '{sftp_password,sftp_key,sftp_passphrase}' END::text[])
