-- What a look needs, credentials sealed.
SELECT p.host, p.user_name, p.auth, p.host_keys, p.folder, p.pattern, p.archive,
       (SELECT encode(c.value, 'hex') FROM source_credential c WHERE c.district_id = tenant() AND c.source_id = p.source_id
        AND c.name = CASE p.auth WHEN 'key' THEN 'sftp_key' ELSE 'sftp_password' END),
       (SELECT encode(c.value, 'hex') FROM source_credential c WHERE c.district_id = tenant() AND c.source_id = p.source_id AND c.name = 'sftp_passphrase')
FROM source_pickup p WHERE p.district_id = tenant() AND p.source_id = $1::uuid
