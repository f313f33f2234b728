-- Alerts come from messages alone.
SET search_path = rollcall;
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0046\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
DROP FUNCTION causes_tell(interval), causes_end(cause_found[]), causes_now(interval), causes_of_mails(interval), causes_of_pauses(), causes_of_setup(),
    causes_of_sources(), causes_unanswered(), cause_alert(text, text, uuid, uuid, text), blackout_of(date), reason_is_credentials(text);
DROP TYPE cause_found;
DROP TABLE cause;
ALTER TABLE source DROP COLUMN credentials_expire_on;
ALTER TABLE alert DROP COLUMN about, DROP COLUMN thread;
RESET search_path;
