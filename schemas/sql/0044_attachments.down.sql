-- Mails that wait go out without what was attached.
SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0044\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
DROP TABLE mail_attachment;

RESET search_path;
