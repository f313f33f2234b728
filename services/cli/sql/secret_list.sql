-- Credentials of the district's sources, with who set them; a transaction has one time for both.
SELECT s.name, c.name, v.state, v.set_at,
       (SELECT a.who FROM audit a WHERE a.district_id = c.district_id AND a.at = v.set_at AND a.what ->> 'source' = c.source_id::text
        ORDER BY a.audit_id LIMIT 1),
       CASE WHEN v.place = 1 AND c.old_value IS NOT NULL THEN c.refused_at END, v.key_id, c.source_id
FROM source_credential c
JOIN source s ON s.district_id = c.district_id AND s.source_id = c.source_id
CROSS JOIN LATERAL (VALUES
    (1, CASE WHEN c.old_value IS NULL THEN 'in use' WHEN c.refused_at IS NULL THEN 'new, tried first'
             ELSE 'new, refused by the source' END, c.set_at, c.key_id, true),
    (2, 'old, serves until the new one has worked', c.old_set_at, c.old_key_id, c.old_value IS NOT NULL)) v (place, state, set_at, key_id, there)
WHERE c.district_id = tenant() AND s.removed_at IS NULL AND v.there AND s.name = coalesce($1::text, s.name)
ORDER BY s.name, c.name, v.place
