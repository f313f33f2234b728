-- Links that were sent lead nowhere: a digest gives no token back.
SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0076\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
DROP TABLE mail_link;
ALTER TABLE mail ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX mail_token ON mail (token);

RESET search_path;
