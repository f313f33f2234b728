-- The settings that a planning goes by, kept for its statements: those stored, or what a preview
-- would make of them. $1 changes: [{"scope", "name", "value"}], a value null takes one back.
WITH change AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) c(scope text, name text, value jsonb))
INSERT INTO plan_setting
SELECT s.scope, s.name, s.value FROM setting s
WHERE s.district_id = tenant()
    AND NOT EXISTS (SELECT FROM change c WHERE c.scope = s.scope AND c.name = s.name)
UNION ALL
SELECT c.scope, c.name, c.value FROM change c WHERE c.value IS NOT NULL
RETURNING scope, name, value::text
