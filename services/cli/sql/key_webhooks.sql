-- Secrets of webhooks that the active key did not seal.
SELECT s.application_id, s.secret_id, encode(s.sealed, 'hex') FROM webhook_secret s
WHERE s.district_id = tenant()
  AND substr(s.sealed, 6, 16) IS DISTINCT FROM (SELECT uuid_send(k.key_id) FROM district_data_key k
                                                WHERE k.district_id = tenant() AND k.state = 'active')
ORDER BY s.application_id, s.secret_id FOR UPDATE OF s
