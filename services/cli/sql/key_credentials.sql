-- Credentials that the active key did not seal; old: one that is being replaced.
SELECT c.source_id, c.name, encode(v.value, 'hex'), v.key_id IS NOT NULL, v.old
FROM source_credential c
CROSS JOIN LATERAL (VALUES (c.value, c.key_id, false), (c.old_value, c.old_key_id, true)) v (value, key_id, old)
WHERE c.district_id = tenant() AND v.value IS NOT NULL
  AND v.key_id IS DISTINCT FROM (SELECT k.key_id FROM district_data_key k WHERE k.district_id = tenant() AND k.state = 'active')
ORDER BY c.source_id, c.name, v.old
FOR UPDATE OF c
