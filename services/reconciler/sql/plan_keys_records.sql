-- By what a record is found: values that belong to one person, the person's name with e-mail and
-- phone, and kinship (its own id, and the ids it names as agents), so that families are decided
-- together.
INSERT INTO match_key (district_id, node, key)
SELECT DISTINCT tenant(), c.node, k.key FROM plan_cand c
JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = c.source_id
    AND m.collection = 'users'
    AND m.sourced_id = c.sourced_id
CROSS JOIN LATERAL (
    SELECT 'kin:' || m.source_id || ':' || m.sourced_id AS key
    UNION ALL SELECT 'kin:' || m.source_id || ':' || a
        FROM jsonb_array_elements_text(m.body->'agents') a
    UNION ALL SELECT 'email:' || lower(trim(m.body->>'email')) WHERE trim(m.body->>'email') <> ''
    UNION ALL SELECT 'username:' || lower(trim(m.body->>'username'))
        WHERE trim(m.body->>'username') <> ''
    UNION ALL SELECT 'identifier:' || lower(trim(m.body->>'identifier'))
        WHERE trim(m.body->>'identifier') <> ''
    UNION ALL SELECT 'master:' || lower(trim(m.body->>'masterId'))
        WHERE trim(m.body->>'masterId') <> ''
    UNION ALL SELECT 'person:' || lower(concat_ws('|', trim(m.body->>'givenName'),
            trim(m.body->>'familyName'), trim(coalesce(m.body->>'email', '')),
            regexp_replace(m.body->>'phone', '[^0-9]', '', 'g')))
        WHERE regexp_replace(m.body->>'phone', '[^0-9]', '', 'g') <> '') k
WHERE c.round = 0 AND m.body IS NOT NULL
