SET search_path = rollcall;
DROP TABLE application_grant, application_token, application;
DROP FUNCTION application_audit(uuid, text, text, jsonb), application_edits(), application_fields(), application_reads();
DROP POLICY all_districts_rollcall_roster_server ON district;
REVOKE ALL ON district FROM rollcall_roster_server;
REVOKE EXECUTE ON FUNCTION tenant(), uuid7() FROM rollcall_roster_server;
REVOKE USAGE ON SCHEMA rollcall FROM rollcall_roster_server;
RESET search_path;
