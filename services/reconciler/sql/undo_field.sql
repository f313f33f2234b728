-- $1 account, $2 field, $3 what it was, $4 what the run made of it, $5 the version it had then.
-- Touches nothing that moved since.
WITH mine AS (
    SELECT a.account_id FROM account a WHERE a.district_id = tenant() AND a.account_id = $1::uuid
      AND coalesce((a.field_versions->>$2)::bigint, 0) = $5::bigint FOR UPDATE)
UPDATE account a SET
    username = CASE WHEN $2 = 'username' THEN nullif($3, '') ELSE username END,
    given_name = CASE WHEN $2 = 'given_name' THEN nullif($3, '') ELSE given_name END,
    family_name = CASE WHEN $2 = 'family_name' THEN nullif($3, '') ELSE family_name END,
    middle_name = CASE WHEN $2 = 'middle_name' THEN nullif($3, '') ELSE middle_name END,
    email = CASE WHEN $2 = 'email' THEN nullif($3, '') ELSE email END,
    phone = CASE WHEN $2 = 'phone' THEN nullif($3, '') ELSE phone END,
    sms = CASE WHEN $2 = 'sms' THEN nullif($3, '') ELSE sms END,
    identifier = CASE WHEN $2 = 'identifier' THEN nullif($3, '') ELSE identifier END,
    master_id = CASE WHEN $2 = 'master_id' THEN nullif($3, '') ELSE master_id END,
    grades = CASE WHEN $2 = 'grades' THEN coalesce(string_to_array(nullif($3, ''), ','), '{}')
        ELSE grades END,
    access = CASE WHEN $2 = 'access' THEN $3 = 'on' ELSE access END,
    field_versions = a.field_versions || jsonb_build_object($2, $5::bigint + 1),
    version = a.version + 1, updated_at = now()
FROM mine WHERE a.district_id = tenant() AND a.account_id = mine.account_id AND $4::text IS NOT NULL
