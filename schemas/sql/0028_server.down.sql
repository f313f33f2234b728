SET search_path = rollcall;
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, 'UNION ALL VALUES [^\n]* -- 0028', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
DROP TRIGGER outbox_changes ON outbox;
DROP FUNCTION outbox_changes(), application_make(uuid, jsonb), application_edit(uuid, uuid, jsonb), application_edits_status(uuid, uuid, text),
    application_edits_fields(uuid, uuid, jsonb), value_text(jsonb), application_declines(uuid, uuid, text),
    application_tells(uuid, uuid, text, text[]), directory_schools(), account_view(account, text[], text[]),
    account_tag(account, text[], text[]), account_stays(uuid), application_audit(uuid, text, text, jsonb);
-- What an application did belongs to no run: no older version could say where it came from.
ALTER TABLE history NO FORCE ROW LEVEL SECURITY;
DELETE FROM history WHERE application_id IS NOT NULL;
ALTER TABLE history FORCE ROW LEVEL SECURITY;
ALTER TABLE history DROP COLUMN application_id;
DROP TABLE application_key, disclosure, change, change_head, application_grant, application_token, application;
DROP FUNCTION application_edits(), application_fields(), application_reads();
DROP POLICY all_districts_rollcall_roster_server ON district;
REVOKE ALL ON district, account, account_role, account_link, guardianship, user_list, membership FROM rollcall_roster_server;
REVOKE EXECUTE ON FUNCTION tenant(), uuid7() FROM rollcall_roster_server;
REVOKE USAGE ON SCHEMA rollcall FROM rollcall_roster_server;
RESET search_path;
