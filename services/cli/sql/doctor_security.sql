-- Every table with a district's rows has row-level security forced, and a policy.
WITH looked AS (
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS right
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'district_id' AND NOT a.attisdropped
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'rollcall') AND c.relkind = 'r')
SELECT 2, 'table ' || relname, 'row-level security is not forced',
    format('ALTER TABLE rollcall.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;', relname) FROM looked WHERE NOT looked.right
UNION ALL SELECT CASE count(*) WHEN 0 THEN 2 ELSE 0 END, 'row security',
    CASE count(*) WHEN 0 THEN 'there are no tables' ELSE 'forced on ' || count(*) || ' tables' END,
    CASE count(*) WHEN 0 THEN 'rollcall db migrate (as rollcall_owner).' ELSE '' END FROM looked HAVING coalesce(bool_and(looked.right), true)
