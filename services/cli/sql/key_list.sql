-- Keys, newest first, and what still needs them.
SELECT k.key_id, k.state, k.created_at, k.replaced_at, k.destroyed_at,
       CASE WHEN k.wrapped <> '' THEN left(encode(substr(k.wrapped, 6, 16), 'hex'), 8) END,
       (SELECT count(*) FROM source_credential c WHERE c.district_id = k.district_id AND k.key_id IN (c.key_id, c.old_key_id)) +
       (SELECT count(*) FROM webhook_secret w WHERE w.district_id = k.district_id AND substr(w.sealed, 6, 16) = uuid_send(k.key_id)),
       (SELECT count(*) FROM upload_body u WHERE u.district_id = k.district_id AND substr(u.sealed, 6, 16) = uuid_send(k.key_id))
FROM district_data_key k WHERE k.district_id = tenant() ORDER BY k.created_at DESC, k.key_id DESC
