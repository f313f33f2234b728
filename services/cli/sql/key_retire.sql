-- Shreds replaced keys that nothing needs: older than what topics keep ($1 days), no credential or upload sealed by them; $2: only this.
UPDATE district_data_key k SET state = 'retired', wrapped = '', destroyed_at = now()
WHERE k.district_id = tenant() AND k.state = 'replaced' AND k.replaced_at <= now() - make_interval(days => $1::int)
  AND ($2::uuid IS NULL OR k.key_id = $2::uuid)
  AND NOT EXISTS (SELECT FROM source_credential c WHERE c.district_id = k.district_id AND k.key_id IN (c.key_id, c.old_key_id))
  AND NOT EXISTS (SELECT FROM upload_body u WHERE u.district_id = k.district_id AND substr(u.sealed, 6, 16) = uuid_send(k.key_id))
  AND NOT EXISTS (SELECT FROM webhook_secret w WHERE w.district_id = k.district_id AND substr(w.sealed, 6, 16) = uuid_send(k.key_id))
RETURNING k.key_id
