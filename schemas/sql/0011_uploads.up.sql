-- Uploads: zips of CSV files, cut into pages when they come in, each page sealed (common/intake). A run of a source of the kind
-- oneroster-csv reads one of them. Whichever program begins a run, mirrors it or ends it: the triggers below keep the uploads' side.

SET search_path = rollcall;

CREATE TABLE upload (
    district_id uuid NOT NULL,
    upload_id uuid NOT NULL DEFAULT uuid7(),
    source_id uuid NOT NULL,
    name text NOT NULL,                         -- of the file
    version text NOT NULL CHECK (version IN ('1.1', '1.2')),
    bytes bigint NOT NULL,                      -- of the zip
    findings jsonb NOT NULL DEFAULT '[]',       -- of the upload as a whole: [{collection, rule, severity, message, place}], no person's data
    added_by text NOT NULL, added_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz, used_run uuid,         -- a run has mirrored it; kept for a while for another reading
    superseded_at timestamptz,                  -- a later upload was read instead
    discarded_at timestamptz, discarded_by text,
    PRIMARY KEY (district_id, upload_id),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);
CREATE INDEX upload_source ON upload (district_id, source_id, upload_id DESC);

-- What an upload has of a collection. reason: why it is no evidence of who is gone, in words; NULL: nothing speaks against it.
CREATE TABLE upload_file (
    district_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    collection text NOT NULL,
    file text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('bulk', 'delta')),
    records bigint NOT NULL,
    reason text,
    PRIMARY KEY (district_id, upload_id, collection),
    FOREIGN KEY (district_id, upload_id) REFERENCES upload ON DELETE CASCADE
);

-- A page: rows of the file with their header (format/csv_page.h), packed, then sealed as the field 'upload:<upload>:<collection>:<cursor>'.
CREATE TABLE upload_chunk (
    district_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    collection text NOT NULL,
    cursor bigint NOT NULL,                     -- records of the collection before this page
    records int NOT NULL CHECK (records > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (district_id, upload_id, collection, cursor),
    FOREIGN KEY (district_id, upload_id) REFERENCES upload ON DELETE CASCADE
);
ALTER TABLE upload_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL; -- sealed bytes cannot be compressed

ALTER TABLE run ADD COLUMN upload_id uuid;      -- the upload that it reads
-- Nobody is asked: an upload starts its run, and its pages lie ready here.
ALTER TABLE source ADD CONSTRAINT source_csv_check CHECK (kind <> 'oneroster-csv' OR (parallel = 1 AND NOT automatic));
-- bulk: what is not in it may count as absent; delta: nothing may.
ALTER TABLE run_collection ADD COLUMN mode text NOT NULL DEFAULT 'bulk' CHECK (mode IN ('bulk', 'delta'));

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['upload', 'upload_file', 'upload_chunk'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;

-- Uploads whose pages nobody needs any more (retention_rules, 0009).
CREATE FUNCTION uploads_over(p_before timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT u.upload_id FROM upload u
    WHERE u.district_id = tenant() AND least(u.used_at, u.superseded_at, u.discarded_at) < p_before
      AND NOT EXISTS (SELECT FROM run r WHERE r.district_id = tenant() AND r.upload_id = u.upload_id AND r.finished_at IS NULL) $$;

-- The upload that the source's next run reads: the oldest that no run has read, unless a later one brings all its collections whole;
-- so deltas are read in their order, and of several whole uploads only the last. Without one, the last that was read.
CREATE FUNCTION upload_next(p_source uuid) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    WITH unread AS (
        SELECT u.upload_id FROM upload u WHERE u.district_id = tenant() AND u.source_id = p_source
          AND u.used_at IS NULL AND u.superseded_at IS NULL AND u.discarded_at IS NULL
    ), due AS (
        SELECT u.upload_id FROM unread u
        WHERE NOT EXISTS (
            SELECT FROM unread later WHERE later.upload_id > u.upload_id
              AND NOT EXISTS (
                SELECT FROM upload_file f WHERE f.district_id = tenant() AND f.upload_id = u.upload_id
                  AND NOT EXISTS (SELECT FROM upload_file g WHERE g.district_id = tenant() AND g.upload_id = later.upload_id
                      AND g.collection = f.collection AND g.mode = 'bulk' AND g.reason IS NULL)))
        ORDER BY u.upload_id LIMIT 1
    ), read AS (
        SELECT u.upload_id FROM upload u WHERE u.district_id = tenant() AND u.source_id = p_source
          AND u.used_at IS NOT NULL AND u.discarded_at IS NULL
          AND EXISTS (SELECT FROM upload_chunk c WHERE c.district_id = tenant() AND c.upload_id = u.upload_id)
        ORDER BY u.used_at DESC LIMIT 1
    )
    SELECT coalesce((SELECT upload_id FROM due), (SELECT upload_id FROM read)) $$;

-- Why the collection of an upload is no evidence; NULL: it is. One that was read before says nothing new (D1).
CREATE FUNCTION upload_doubt(p_upload uuid, p_collection text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN u.used_at IS NOT NULL
                THEN 'this upload was read before: it says nothing new about who is gone; upload a new one' ELSE f.reason END
    FROM upload u JOIN upload_file f ON f.district_id = u.district_id AND f.upload_id = u.upload_id
    WHERE u.district_id = tenant() AND u.upload_id = p_upload AND f.collection = p_collection $$;

-- A run of such a source that begins: its upload is chosen; the evidence is of the day when it came. Without any upload the run is over.
CREATE FUNCTION run_takes_upload() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE u upload; zone text;
BEGIN
    NEW.upload_id := upload_next(NEW.source_id);
    IF NEW.upload_id IS NULL THEN
        NEW.phase := 'done';
        NEW.state := 'Failed';
        NEW.failure := 'the source has no upload: bring one with `rollcall upload add`';
        NEW.finished_at := now();
        RETURN NEW;
    END IF;
    SELECT * INTO u FROM upload WHERE district_id = tenant() AND upload_id = NEW.upload_id;
    SELECT d.time_zone INTO zone FROM district d WHERE d.district_id = tenant();
    NEW.snapshot_on := (u.added_at AT TIME ZONE zone)::date;
    IF NOT EXISTS (SELECT FROM upload_file f WHERE f.district_id = tenant() AND f.upload_id = NEW.upload_id AND f.mode = 'bulk') THEN
        NEW.kind := 'delta';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION is_csv_source(p_source uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT FROM source s WHERE s.district_id = tenant() AND s.source_id = p_source AND s.kind = 'oneroster-csv') $$;
CREATE TRIGGER run_takes_upload BEFORE UPDATE OF phase ON run FOR EACH ROW
    WHEN (OLD.phase = 'scheduled' AND NEW.phase = 'fetching' AND is_csv_source(NEW.source_id)) EXECUTE FUNCTION run_takes_upload();

-- Behind it: what is to be told of the upload; or the end of a run that found none.
CREATE FUNCTION run_took_upload() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NEW.upload_id IS NULL THEN
        PERFORM source_free(NEW.source_id);
        PERFORM event_add(NEW.run_id, 'run.finished', NEW.source_id::text,
            jsonb_build_object('run', NEW.run_id, 'source', NEW.source_id, 'state', NEW.state));
        RETURN NULL;
    END IF;
    INSERT INTO finding (district_id, run_id, collection, place, rule, severity, message)
    SELECT tenant(), NEW.run_id, f ->> 'collection', (f ->> 'place')::int, f ->> 'rule', f ->> 'severity', f ->> 'message'
    FROM upload u, jsonb_array_elements(u.findings) f WHERE u.district_id = tenant() AND u.upload_id = NEW.upload_id;
    RETURN NULL;
END $$;
CREATE TRIGGER run_took_upload AFTER UPDATE OF phase ON run FOR EACH ROW
    WHEN (OLD.phase = 'scheduled' AND NEW.phase IN ('fetching', 'done') AND NEW.started_at IS NOT NULL AND is_csv_source(NEW.source_id))
    EXECUTE FUNCTION run_took_upload();

-- A run of an upload reads the collections that the upload has, each in its own mode.
CREATE FUNCTION run_collection_of_upload() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE r run;
BEGIN
    SELECT * INTO r FROM run x WHERE x.district_id = tenant() AND x.run_id = NEW.run_id;
    IF NOT is_csv_source(r.source_id) THEN RETURN NEW; END IF;
    SELECT f.mode INTO NEW.mode FROM upload_file f
    WHERE f.district_id = tenant() AND f.upload_id = r.upload_id AND f.collection = NEW.collection;
    IF NOT FOUND THEN RETURN NULL; END IF;
    NEW.lanes := 1; -- pages lie ready here: there is nothing to gain from several
    RETURN NEW;
END $$;
CREATE TRIGGER run_collection_of_upload BEFORE INSERT ON run_collection FOR EACH ROW EXECUTE FUNCTION run_collection_of_upload();

-- The mirror has taken it in: it is read, what came before it is superseded, and what waits behind it is asked for.
CREATE FUNCTION upload_was_mirrored() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE upload SET used_at = now(), used_run = NEW.run_id
    WHERE district_id = tenant() AND upload_id = NEW.upload_id AND used_at IS NULL;
    UPDATE upload SET superseded_at = now()
    WHERE district_id = tenant() AND source_id = NEW.source_id AND upload_id < NEW.upload_id
      AND used_at IS NULL AND superseded_at IS NULL AND discarded_at IS NULL;
    IF EXISTS (SELECT FROM upload u WHERE u.district_id = tenant() AND u.source_id = NEW.source_id
               AND u.used_at IS NULL AND u.superseded_at IS NULL AND u.discarded_at IS NULL) THEN
        PERFORM run_request(NEW.source_id, 'upload');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER upload_was_mirrored AFTER UPDATE OF phase ON run FOR EACH ROW
    WHEN (OLD.phase = 'checked' AND NEW.phase = 'mirrored' AND NEW.upload_id IS NOT NULL) EXECUTE FUNCTION upload_was_mirrored();

DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['uploads_over(timestamptz)', 'upload_next(uuid)', 'upload_doubt(uuid, text)', 'run_takes_upload()', 'is_csv_source(uuid)',
                             'run_took_upload()', 'run_collection_of_upload()', 'upload_was_mirrored()'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
    END LOOP;
END $$;

GRANT SELECT ON upload, upload_file, upload_chunk TO rollcall_fetcher;
-- For the roles that a delta does not speak of.
GRANT SELECT (district_id, source_id, collection, sourced_id, body) ON mirror_record TO rollcall_fetcher;
GRANT SELECT, INSERT, DELETE ON upload, upload_file, upload_chunk TO rollcall_cli;
GRANT UPDATE ON upload TO rollcall_cli;
GRANT SELECT ON upload TO rollcall_scheduler, rollcall_notifier, rollcall_reconciler;
GRANT EXECUTE ON FUNCTION upload_next(uuid), upload_doubt(uuid, text), is_csv_source(uuid)
    TO rollcall_fetcher, rollcall_cli, rollcall_scheduler, rollcall_reconciler;

RESET search_path;
