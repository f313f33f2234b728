-- What acts did stays done; without their table nobody could say whose it was, so their history goes.
SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0035\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
REVOKE SELECT (act_id) ON undo FROM rollcall_scheduler;
ALTER TABLE history NO FORCE ROW LEVEL SECURITY;
ALTER TABLE undo NO FORCE ROW LEVEL SECURITY;
DELETE FROM history WHERE act_id IS NOT NULL;
DELETE FROM undo WHERE act_id IS NOT NULL;
ALTER TABLE history FORCE ROW LEVEL SECURITY;
ALTER TABLE undo FORCE ROW LEVEL SECURITY;
ALTER TABLE declined DROP COLUMN act_id;
ALTER TABLE undo DROP COLUMN act_id; -- and undo_is_of_one with it
ALTER TABLE undo ALTER COLUMN run_id SET NOT NULL;
ALTER TABLE history DROP COLUMN act_id;
DROP TABLE act_item, act;

RESET search_path;
