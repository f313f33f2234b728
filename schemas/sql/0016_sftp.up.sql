-- Zips that are picked up by SFTP: where, with what key, what of it was taken. The scheduler says when a look is due, a fetcher looks
-- (services/fetcher/pickup.c), and what it brings is an upload like any other (0011).

SET search_path = rollcall;

-- Where a source's zips lie, for a source of the kind oneroster-csv. Credentials stand in source_credential: sftp_key, sftp_passphrase, sftp_password.
CREATE TABLE source_pickup (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    host text NOT NULL,                         -- with :port where it is not 22
    user_name text NOT NULL,
    auth text NOT NULL CHECK (auth IN ('key', 'password')),
    host_keys text NOT NULL CHECK (host_keys ~ '^SHA256:'), -- fingerprints, blanks between; another key is never accepted
    folder text NOT NULL,                       -- from the root where it begins with a slash, else from the user's home
    pattern text NOT NULL DEFAULT '*.zip',
    archive text,                               -- folder within it where what was taken is moved; NULL: it is left
    every_ms bigint NOT NULL DEFAULT 900000 CHECK (every_ms BETWEEN 1000 AND 86400000),
    settle_ms bigint NOT NULL DEFAULT 60000 CHECK (settle_ms BETWEEN 0 AND 86400000), -- as long a zip stays the same before it is taken
    max_age_ms bigint NOT NULL DEFAULT 129600000 CHECK (max_age_ms > 0), -- without a new zip for longer: trouble
    set_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),  -- of the next look
    said_at timestamptz,                        -- when pickup.requested was last written
    take bigint NOT NULL DEFAULT 0,             -- a look's number: only the newest writes here
    starts int NOT NULL DEFAULT 0,              -- looks begun since one ended
    lease_until timestamptz,                    -- a fetcher looks
    looked_at timestamptz,                      -- when a look last ended
    seen_name text, seen_bytes bigint, seen_mtime bigint, seen_at timestamptz, -- the newest zip while it is not taken yet, and since when it is so
    trouble text, words text,                   -- what the last look ran into
    trouble_since timestamptz, trouble_looks int NOT NULL DEFAULT 0,
    told text, told_at timestamptz,             -- the trouble that an alert tells of
    PRIMARY KEY (district_id, source_id),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);
CREATE INDEX source_pickup_due ON source_pickup (due_at);

-- What was taken, so that it is taken once: the same name, size and time is the same zip; the same digest holds nothing new.
CREATE TABLE pickup_file (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    mtime bigint NOT NULL,                      -- seconds since 1970, as the server says
    digest text,                                -- of its bytes
    outcome text NOT NULL CHECK (outcome IN ('taken', 'same', 'refused')), -- same: the bytes of one that was taken before
    words text,                                 -- why it was refused
    upload_id uuid,
    archived_as text,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, source_id, name, mtime, bytes),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);
CREATE INDEX pickup_file_digest ON pickup_file (district_id, source_id, digest);

ALTER TABLE alert ADD COLUMN source_id uuid;    -- of an alert without a run
ALTER TABLE source_credential DROP CONSTRAINT source_credential_name_check,
    ADD CONSTRAINT source_credential_name_check CHECK (name ~ '^[a-z]+(_[a-z]+)*$');

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['source_pickup', 'pickup_file'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;
CREATE POLICY all_districts_rollcall_scheduler ON source_pickup FOR SELECT TO rollcall_scheduler USING (true);

-- An alert about a source, without a run.
CREATE FUNCTION source_alert(p_source uuid, p_kind text, p_message text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE id uuid := uuid7();
BEGIN
    INSERT INTO alert (district_id, alert_id, source_id, kind, message) VALUES (tenant(), id, p_source, p_kind, p_message);
    INSERT INTO outbox (district_id, topic, key, data, traceparent)
    VALUES (tenant(), 'alert.raised', tenant()::text, jsonb_build_object('alert', id, 'kind', p_kind, 'message', p_message), trace_new());
END $$;

-- The sources whose look is due and not said, over all districts.
CREATE FUNCTION pickups_due(p_limit int) RETURNS TABLE (district_id uuid, source_id uuid) LANGUAGE sql VOLATILE AS $$
    SELECT p.district_id, p.source_id FROM source_pickup p
    JOIN source s ON s.district_id = p.district_id AND s.source_id = p.source_id
    JOIN district d ON d.district_id = p.district_id
    WHERE p.due_at <= now() AND (p.lease_until IS NULL OR p.lease_until <= now()) AND s.removed_at IS NULL AND d.paused_at IS NULL
      AND (p.said_at IS NULL OR p.said_at < greatest(p.due_at, p.lease_until) OR p.said_at < now() - interval '1 minute')
    ORDER BY p.due_at LIMIT p_limit $$;

-- Is a look due that nobody makes? Its row stays locked; one that is locked is being looked into, for as long as a zip comes in.
CREATE FUNCTION pickup_lock(p_source uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM source_pickup p
    WHERE p.district_id = tenant() AND p.source_id = p_source AND p.due_at <= now() AND (p.lease_until IS NULL OR p.lease_until <= now())
    FOR UPDATE SKIP LOCKED;
    RETURN FOUND;
END $$;

-- Says that a look is due. False: it is not any more.
CREATE FUNCTION pickup_emit(p_source uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pickup_lock(p_source) THEN RETURN false; END IF;
    UPDATE source_pickup p SET said_at = now() WHERE p.district_id = tenant() AND p.source_id = p_source;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO outbox (district_id, topic, key, data, traceparent)
    VALUES (tenant(), 'pickup.requested', p_source::text, jsonb_build_object('source', p_source), trace_new());
    RETURN true;
END $$;

-- A fetcher begins a look: by compare-and-set, like a lane's task (L1). No row: somebody looks, or nothing is due. After three begins without
-- an end the next is put off for a day, so that a zip that kills its reader does not do so for ever.
CREATE FUNCTION pickup_take(p_source uuid, p_lease interval) RETURNS SETOF source_pickup LANGUAGE plpgsql AS $$
DECLARE p source_pickup;
BEGIN
    IF NOT pickup_lock(p_source) THEN RETURN; END IF;
    UPDATE source_pickup x SET take = x.take + 1, starts = x.starts + 1, lease_until = now() + p_lease
    FROM source s, district d
    WHERE x.district_id = tenant() AND x.source_id = p_source
      AND s.district_id = x.district_id AND s.source_id = x.source_id AND s.removed_at IS NULL
      AND d.district_id = x.district_id AND d.paused_at IS NULL
    RETURNING x.* INTO p;
    IF NOT FOUND THEN RETURN; END IF;
    IF p.starts > 3 THEN
        PERFORM pickup_end(p_source, p.take, 'unfinished',
            'looks for zips began three times and never ended: report it; the next is tomorrow, or at once after `rollcall sftp set`', 1, interval '1 day');
        RETURN;
    END IF;
    RETURN NEXT p;
END $$;

-- A look ends. p_trouble NULL: there is none. An alert tells of the same trouble once a day, from its p_looks-th look in a row. False: another
-- look has begun since.
CREATE FUNCTION pickup_end(p_source uuid, p_take bigint, p_trouble text, p_words text, p_looks int, p_wait interval) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE p source_pickup; tells boolean;
BEGIN
    UPDATE source_pickup x SET lease_until = NULL, starts = 0, looked_at = now(), due_at = now() + p_wait, trouble = p_trouble, words = p_words,
        trouble_since = CASE WHEN p_trouble IS NULL THEN NULL WHEN x.trouble = p_trouble THEN x.trouble_since ELSE now() END,
        trouble_looks = CASE WHEN p_trouble IS NULL THEN 0 WHEN x.trouble = p_trouble THEN x.trouble_looks + 1 ELSE 1 END,
        told = CASE WHEN p_trouble IS NOT NULL THEN x.told END
    WHERE x.district_id = tenant() AND x.source_id = p_source AND x.take = p_take AND x.lease_until IS NOT NULL
    RETURNING x.* INTO p;
    IF NOT FOUND THEN RETURN false; END IF;
    tells := p_trouble IS NOT NULL AND p.trouble_looks >= p_looks
        AND (p.told IS DISTINCT FROM p_trouble OR p.told_at < now() - interval '1 day');
    IF tells THEN
        UPDATE source_pickup x SET told = p_trouble, told_at = now() WHERE x.district_id = tenant() AND x.source_id = p_source;
        PERFORM source_alert(p_source, 'pickup.' || p_trouble,
            (SELECT format('zips of the source %s: %s', s.name, p_words) FROM source s WHERE s.district_id = tenant() AND s.source_id = p_source));
    END IF;
    RETURN true;
END $$;

-- What was picked up is read; a fetcher has no other right to begin runs.
CREATE FUNCTION pickup_run(p_source uuid) RETURNS uuid LANGUAGE sql SECURITY DEFINER AS $$
    SELECT run_request(p_source, 'sftp') WHERE is_csv_source(p_source) $$;

DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['source_alert(uuid, text, text)', 'pickups_due(int)', 'pickup_lock(uuid)', 'pickup_emit(uuid)', 'pickup_take(uuid, interval)',
                             'pickup_end(uuid, bigint, text, text, int, interval)', 'pickup_run(uuid)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON source_pickup TO rollcall_cli;
GRANT SELECT ON pickup_file TO rollcall_cli;
GRANT SELECT ON source_pickup TO rollcall_scheduler;
GRANT UPDATE (said_at) ON source_pickup TO rollcall_scheduler;
GRANT EXECUTE ON FUNCTION pickups_due(int), pickup_lock(uuid), pickup_emit(uuid) TO rollcall_scheduler;
GRANT SELECT, UPDATE ON source_pickup TO rollcall_fetcher;
GRANT SELECT, INSERT, UPDATE ON pickup_file TO rollcall_fetcher;
GRANT INSERT ON upload, upload_file, upload_chunk TO rollcall_fetcher;
GRANT UPDATE (findings) ON upload TO rollcall_fetcher;
GRANT EXECUTE ON FUNCTION pickup_lock(uuid), pickup_take(uuid, interval), pickup_end(uuid, bigint, text, text, int, interval), source_alert(uuid, text, text),
    pickup_run(uuid) TO rollcall_fetcher;

RESET search_path;
