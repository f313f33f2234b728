-- A page of an upload lies here once, however many uploads bring it: a zip in which little changed since yesterday costs what changed.

SET search_path = rollcall;

-- A page's bytes: rows of a file with their header (format/csv_page.h), packed, then sealed as the field. Uploads refer to it (upload_chunk);
-- retention and discarding remove it once none does.
CREATE TABLE upload_body (
    district_id uuid NOT NULL,
    body_id uuid NOT NULL DEFAULT uuid7(),
    collection text NOT NULL,
    digest bytea,                               -- of the page, under a key of the active data key; NULL: stored before there were digests
    field text NOT NULL,                        -- what it was sealed as: 'upload:<collection>:<digest>'
    sealed bytea NOT NULL,
    PRIMARY KEY (district_id, body_id),
    FOREIGN KEY (district_id) REFERENCES district
);
ALTER TABLE upload_body ALTER COLUMN sealed SET STORAGE EXTERNAL; -- sealed bytes cannot be compressed
CREATE INDEX upload_body_same ON upload_body (district_id, collection, digest);
ALTER TABLE upload_body ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload_body FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON upload_body USING (district_id = tenant()) WITH CHECK (district_id = tenant());

-- What lies here already goes over; row-level security is lifted for it, since a migration is of no district.
ALTER TABLE upload_chunk ADD COLUMN body_id uuid;
ALTER TABLE upload_chunk NO FORCE ROW LEVEL SECURITY;
ALTER TABLE upload_body NO FORCE ROW LEVEL SECURITY;
UPDATE upload_chunk SET body_id = uuid7();
INSERT INTO upload_body (district_id, body_id, collection, field, sealed)
SELECT c.district_id, c.body_id, c.collection, format('upload:%s:%s:%s', c.upload_id, c.collection, c.cursor), c.sealed FROM upload_chunk c;
ALTER TABLE upload_chunk DROP COLUMN sealed;
ALTER TABLE upload_chunk ALTER COLUMN body_id SET NOT NULL;
ALTER TABLE upload_chunk ADD FOREIGN KEY (district_id, body_id) REFERENCES upload_body;
ALTER TABLE upload_chunk FORCE ROW LEVEL SECURITY;
ALTER TABLE upload_body FORCE ROW LEVEL SECURITY;
CREATE INDEX upload_chunk_body ON upload_chunk (district_id, body_id);

-- Adds a page whose bytes lie here already; false: they do not. The bytes stay until this transaction is over.
CREATE FUNCTION upload_chunk_same(p_upload uuid, p_collection text, p_cursor bigint, p_records int, p_digest bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE body uuid;
BEGIN
    SELECT b.body_id INTO body FROM upload_body b
    WHERE b.district_id = tenant() AND b.collection = p_collection AND b.digest = p_digest LIMIT 1 FOR KEY SHARE;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO upload_chunk (district_id, upload_id, collection, cursor, records, body_id)
    VALUES (tenant(), p_upload, p_collection, p_cursor, p_records, body);
    RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION upload_chunk_same(uuid, text, bigint, int, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION upload_chunk_same(uuid, text, bigint, int, bytea) TO rollcall_cli, rollcall_fetcher;

GRANT SELECT, INSERT ON upload_body TO rollcall_fetcher;
GRANT SELECT, INSERT, DELETE ON upload_body TO rollcall_cli;

-- Bytes that no upload refers to, at the end of the retention rules as they stand.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES (''uploads'', ''upload_body'', ' ||
        '''NOT EXISTS (SELECT FROM upload_chunk c WHERE c.district_id = x.district_id AND c.body_id = x.body_id)'', '''') -- 0031' || E'\n');
END $$;

RESET search_path;
