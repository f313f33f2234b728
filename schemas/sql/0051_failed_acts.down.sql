-- What failed counts as discarded: both were not done.
SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0051\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
ALTER TABLE act NO FORCE ROW LEVEL SECURITY;
UPDATE act SET state = 'discarded' WHERE state = 'failed';
ALTER TABLE act FORCE ROW LEVEL SECURITY;
ALTER TABLE act DROP CONSTRAINT act_state_check;
ALTER TABLE act ADD CONSTRAINT act_state_check CHECK (state IN ('open', 'approved', 'applied', 'discarded'));
ALTER TABLE act DROP COLUMN why;

RESET search_path;
