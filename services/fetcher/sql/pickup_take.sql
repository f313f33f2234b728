-- One look's take, with what it needs. $1 source, $2 milliseconds of the lease.
SELECT t.take::text, t.host, t.user_name, t.auth, t.host_keys, t.folder, t.pattern, t.archive, t.every_ms, t.settle_ms,
       (SELECT encode(c.value, 'hex') FROM source_credential c WHERE c.district_id = tenant() AND c.source_id = t.source_id
        AND c.name = CASE t.auth WHEN 'key' THEN 'sftp_key' ELSE 'sftp_password' END),
       (SELECT encode(c.value, 'hex') FROM source_credential c WHERE c.district_id = tenant() AND c.source_id = t.source_id AND c.name = 'sftp_passphrase')
FROM pickup_take($1::uuid, $2::bigint * interval '1 ms') t
