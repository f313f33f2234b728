DELETE FROM source_credential WHERE district_id = tenant() AND source_id = $1::uuid AND name IN ('sftp_password', 'sftp_key', 'sftp_passphrase')
