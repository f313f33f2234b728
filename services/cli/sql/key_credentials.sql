-- Credentials that the active key did not seal.
SELECT c.source_id, c.name, encode(c.value, 'hex'), c.key_id IS NOT NULL FROM source_credential c
WHERE c.district_id = tenant()
  AND c.key_id IS DISTINCT FROM (SELECT k.key_id FROM district_data_key k WHERE k.district_id = tenant() AND k.state = 'active')
ORDER BY c.source_id, c.name
FOR UPDATE OF c
