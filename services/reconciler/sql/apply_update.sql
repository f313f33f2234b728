-- Changed fields, a row per account.
WITH changes AS (SELECT account_id, jsonb_object_agg(field, new_value) AS v FROM plan_go
    WHERE kind = 'update' GROUP BY account_id)
UPDATE account a SET
    username = CASE WHEN v ? 'username' THEN nullif(v->>'username', '') ELSE username END,
    given_name = CASE WHEN v ? 'given_name' THEN nullif(v->>'given_name', '') ELSE given_name END,
    family_name = CASE WHEN v ? 'family_name' THEN nullif(v->>'family_name', '')
        ELSE family_name END,
    middle_name = CASE WHEN v ? 'middle_name' THEN nullif(v->>'middle_name', '')
        ELSE middle_name END,
    email = CASE WHEN v ? 'email' THEN nullif(v->>'email', '') ELSE email END,
    phone = CASE WHEN v ? 'phone' THEN nullif(v->>'phone', '') ELSE phone END,
    sms = CASE WHEN v ? 'sms' THEN nullif(v->>'sms', '') ELSE sms END,
    identifier = CASE WHEN v ? 'identifier' THEN nullif(v->>'identifier', '') ELSE identifier END,
    master_id = CASE WHEN v ? 'master_id' THEN nullif(v->>'master_id', '') ELSE master_id END,
    grades = CASE WHEN v ? 'grades' THEN coalesce(string_to_array(nullif(v->>'grades', ''), ','),
        '{}') ELSE grades END,
    field_versions = a.field_versions || (SELECT jsonb_object_agg(k,
        coalesce((a.field_versions->>k)::bigint, 0) + 1) FROM jsonb_object_keys(v) k),
    version = a.version + 1, updated_at = now()
FROM changes c WHERE a.district_id = tenant() AND a.account_id = c.account_id
