-- A new credential, sealed, that is tried first; the one that worked last serves until this one has worked or one of them is withdrawn.
INSERT INTO source_credential AS c (district_id, source_id, name, value, key_id)
SELECT tenant(), $1::uuid, $2::text, v.value, encode(substr(v.value, 6, 16), 'hex')::uuid FROM (SELECT decode($3::text, 'hex') AS value) v
ON CONFLICT (district_id, source_id, name) DO UPDATE SET value = excluded.value, key_id = excluded.key_id, set_at = now(), refused_at = NULL,
    old_value = coalesce(c.old_value, c.value),
    old_key_id = CASE WHEN c.old_value IS NULL THEN c.key_id ELSE c.old_key_id END,
    old_set_at = coalesce(c.old_set_at, c.set_at)
