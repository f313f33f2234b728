-- Pages that were stored since go with their table; the uploads they belonged to are to be brought again.
SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0031\n', '') FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;
DROP FUNCTION upload_chunk_same(uuid, text, bigint, int, bytea);
ALTER TABLE upload_chunk ADD COLUMN sealed bytea;
ALTER TABLE upload_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE upload_chunk NO FORCE ROW LEVEL SECURITY;
ALTER TABLE upload_body NO FORCE ROW LEVEL SECURITY;
UPDATE upload_chunk c SET sealed = b.sealed FROM upload_body b
WHERE b.district_id = c.district_id AND b.body_id = c.body_id AND b.field = format('upload:%s:%s:%s', c.upload_id, c.collection, c.cursor);
DELETE FROM upload_chunk WHERE sealed IS NULL;
ALTER TABLE upload_chunk FORCE ROW LEVEL SECURITY;
ALTER TABLE upload_chunk ALTER COLUMN sealed SET NOT NULL;
ALTER TABLE upload_chunk DROP COLUMN body_id;
DROP TABLE upload_body;

RESET search_path;
