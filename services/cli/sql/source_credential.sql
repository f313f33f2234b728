-- A credential, sealed; its frame names the key. At once: what it replaces is forgotten.
INSERT INTO source_credential (district_id, source_id, name, value, key_id)
SELECT tenant(), $1::uuid, $2::text, v.value, encode(substr(v.value, 6, 16), 'hex')::uuid FROM (SELECT decode($3::text, 'hex') AS value) v
ON CONFLICT (district_id, source_id, name) DO UPDATE SET value = excluded.value, key_id = excluded.key_id, set_at = now(),
    old_value = NULL, old_key_id = NULL, old_set_at = NULL
