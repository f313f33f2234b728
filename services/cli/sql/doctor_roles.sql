-- Each program has its role, which may sign in and nothing beyond. Columns: 0 OK, 1 WARN, 2 FAIL; what; found; mend.
WITH due (name) AS (VALUES ('rollcall_fetcher'), ('rollcall_normalizer'), ('rollcall_reconciler'), ('rollcall_notifier'), ('rollcall_scheduler'),
                           ('rollcall_roster_server'), ('rollcall_webhook'), ('rollcall_cli')),
looked AS (
    SELECT due.name, CASE WHEN r.rolname IS NULL THEN 'is missing' WHEN NOT r.rolcanlogin THEN 'may not sign in'
        WHEN r.rolsuper OR r.rolbypassrls THEN 'passes over row-level security' END AS wrong
    FROM due LEFT JOIN pg_roles r ON r.rolname = due.name)
SELECT 2, 'role ' || name, wrong, CASE wrong WHEN 'is missing' THEN 'rollcall db migrate (as rollcall_owner) makes it.'
    WHEN 'may not sign in' THEN format('ALTER ROLE %I LOGIN;', name) ELSE format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', name) END
FROM looked WHERE wrong IS NOT NULL
UNION ALL SELECT 0, 'roles', count(*) || ' as they should be', '' FROM looked HAVING count(wrong) = 0
UNION ALL SELECT 1, 'role of this tool', current_user || ' passes over row-level security: it sees all districts',
    'Sign in as rollcall_cli (database.url).' FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)
