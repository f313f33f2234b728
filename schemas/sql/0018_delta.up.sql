-- Delta runs (C5's cursor, windows that overlap below and are closed above), seals kept as evidence (L5), and asking the source again by
-- id before anybody counts as gone (C4).

SET search_path = rollcall;

ALTER TABLE source
    ADD COLUMN delta boolean NOT NULL DEFAULT false,     -- nightly runs may ask for changes alone
    ADD COLUMN full_every_days smallint NOT NULL DEFAULT 7 CHECK (full_every_days BETWEEN 1 AND 7), -- a full run at least weekly, regardless
    ADD COLUMN verify boolean NOT NULL DEFAULT true,     -- missing people are asked for by id (C4)
    ADD COLUMN forgot_at timestamptz;                    -- its address or version became another one: no run of before moves the cursor
ALTER TABLE run
    ADD COLUMN mode text NOT NULL DEFAULT 'full' CHECK (mode IN ('full', 'delta', 'auto')), -- what was asked for, while kind is what it became
    ADD COLUMN may_skip boolean NOT NULL DEFAULT false,  -- an unchanged revision makes do for reading a collection
    ADD COLUMN verifying_at timestamptz,
    ADD COLUMN unverified boolean NOT NULL DEFAULT false; -- C4: too many to ask, or the source does not answer by id
ALTER TABLE run_collection
    ADD COLUMN since timestamptz, ADD COLUMN before timestamptz, -- a delta's window: later than since, up to before
    ADD COLUMN unchanged boolean NOT NULL DEFAULT false, -- not read: its revision stood
    DROP CONSTRAINT run_collection_collection_check,
    -- verify: the lane that asks for missing people by id; its pages are of users
    ADD CONSTRAINT run_collection_collection_check CHECK (collection IN ('orgs', 'academicSessions', 'courses', 'classes', 'users',
        'enrollments', 'demographics', 'resources', 'verify'));

-- Up to when a collection's changes are in the mirror. Moves with the mirror's commit alone (C5), so a run that fails, or is discarded
-- before it, leaves its window to the next.
CREATE TABLE source_cursor (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    collection text NOT NULL,
    read_to timestamptz NOT NULL,               -- when the run began that read it last
    revision text,                              -- of its last whole reading
    run_id uuid NOT NULL,
    PRIMARY KEY (district_id, source_id, collection),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);

-- What a pass of a collection proved, one row each, as check or the pass's end found it (L5).
CREATE TABLE seal (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    collection text NOT NULL,
    pass smallint NOT NULL,
    mode text NOT NULL,                         -- bulk or delta
    lanes smallint NOT NULL,
    pages bigint NOT NULL,
    records bigint NOT NULL,                    -- in those pages
    ids bigint,                                 -- different ones among them; NULL: the pass was given up before anybody counted
    total_first bigint, total_last bigint,      -- what the source announced
    revision_first text, revision_last text,
    sealed boolean NOT NULL,
    reason text,                                -- why not; or why nothing was read
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, run_id, collection, pass),
    FOREIGN KEY (district_id, run_id, collection) REFERENCES run_collection ON DELETE CASCADE
);

-- People whom a run asks for by id, and what the source said.
CREATE TABLE verify_person (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    place int NOT NULL,                         -- in which order they are asked for
    sourced_id text NOT NULL,
    control boolean NOT NULL DEFAULT false,     -- someone whom the list has: does the source answer by id at all?
    answer text CHECK (answer IN ('found', 'unknown', 'active', 'deleted')), -- found becomes active or deleted; NULL: unanswered
    collection text NOT NULL DEFAULT 'verify',
    PRIMARY KEY (district_id, run_id, place),
    UNIQUE (district_id, run_id, sourced_id),
    FOREIGN KEY (district_id, run_id, collection) REFERENCES run_collection ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['source_cursor', 'seal', 'verify_person'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;
GRANT SELECT ON source_cursor TO rollcall_fetcher, rollcall_cli;
GRANT SELECT, INSERT, UPDATE ON source_cursor TO rollcall_reconciler;
GRANT SELECT ON seal TO rollcall_cli; -- seal_write alone writes it
GRANT SELECT, INSERT, UPDATE ON verify_person TO rollcall_reconciler;
GRANT SELECT, UPDATE ON verify_person TO rollcall_fetcher;
GRANT SELECT ON snapshot TO rollcall_fetcher;
GRANT SELECT (absent_run, gone) ON mirror_record TO rollcall_fetcher;

-- ---- numbers ---------------------------------------------------------------------------------------------------------------------
-- How far a window reaches back over the one before: two nights, so that clocks that go wrong, and sources that write local time as UTC
-- (up to 14 hours off), lose nothing.
CREATE FUNCTION delta_overlap() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT interval '48 hours' $$;
CREATE FUNCTION verify_most() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 500 $$;              -- C4: asked for one by one
CREATE FUNCTION verify_sample() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 20 $$;             -- of more than those
CREATE FUNCTION verify_time() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT interval '1 hour' $$; -- then the rest is unanswered

-- ---- asking for runs, beginning them ------------------------------------------------------------------------------------------------
-- As in 0002, with what is asked for. A request that joins a Scheduled run makes it the more of both, under its row's lock: a run that
-- begins meanwhile has begun without it, and the request stands behind that.
CREATE FUNCTION run_request(p_source uuid, p_by text, p_test boolean, p_traceparent text, p_mode text) RETURNS uuid
LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE id uuid; modes CONSTANT text[] := ARRAY['delta', 'auto', 'full'];
BEGIN
    LOOP
        INSERT INTO run (district_id, source_id, requested_by, test, traceparent, mode)
        VALUES (tenant(), p_source, p_by, p_test, coalesce(nullif(p_traceparent, ''), trace_new()), p_mode)
        ON CONFLICT (district_id, source_id) WHERE phase = 'scheduled' AND finished_at IS NULL DO NOTHING RETURNING run_id INTO id;
        EXIT WHEN id IS NOT NULL;
        UPDATE run SET mode = modes[greatest(array_position(modes, mode), array_position(modes, p_mode))]
        WHERE district_id = tenant() AND source_id = p_source AND phase = 'scheduled' AND finished_at IS NULL RETURNING run_id INTO id;
        EXIT WHEN id IS NOT NULL; -- else the one that was there has just begun
    END LOOP;
    PERFORM event_add(id, 'run.requested', p_source::text, jsonb_build_object('run', id, 'source', p_source));
    RETURN id;
END $$;

CREATE OR REPLACE FUNCTION run_request(p_source uuid, p_by text, p_test boolean DEFAULT false, p_traceparent text DEFAULT '') RETURNS uuid
LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN run_request(p_source, p_by, p_test, p_traceparent, 'full');
END $$;

-- Why a run of the source cannot be a delta, in words; NULL: it can.
CREATE FUNCTION delta_refusal(s source) RETURNS text LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE unread text;
BEGIN
    IF s.kind = 'oneroster-csv' THEN RETURN 'an upload says itself whether it is a delta'; END IF;
    IF s.kind <> 'oneroster-rest' THEN RETURN 'a source of this kind has no deltas by date'; END IF;
    IF NOT s.delta THEN RETURN 'deltas are off for this source (delta=off)'; END IF;
    IF NOT s.honest_dates THEN RETURN 'the source''s dateLastModified cannot be trusted (honest-dates=off)'; END IF;
    SELECT c INTO unread FROM unnest(ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']) c
    WHERE NOT EXISTS (SELECT FROM source_cursor x WHERE x.district_id = tenant() AND x.source_id = s.source_id AND x.collection = c) LIMIT 1;
    IF unread IS NOT NULL THEN RETURN format('%s were never read to their end: a full run has to come first', unread); END IF;
    RETURN NULL;
END $$;

-- Was everything read whole lately? If not, a full run is due, whatever else says that nothing changed.
CREATE FUNCTION full_stands(s source, p_on date) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM snapshot x WHERE x.district_id = tenant() AND x.source_id = s.source_id AND x.kind = 'full'
        AND x.taken_on > p_on - s.full_every_days
        AND x.sealed @> ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']);
END $$;

-- May an unchanged revision stand for reading? Only in a run that nobody asked to be full, while a whole reading is fresh, once a day,
-- and never while somebody's countdown waits for a snapshot (D1).
CREATE FUNCTION skip_allowed(s source, r run, p_on date) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN r.mode <> 'full' AND full_stands(s, p_on)
       AND NOT EXISTS (SELECT FROM run x JOIN run_collection c ON c.district_id = x.district_id AND c.run_id = x.run_id
                       WHERE x.district_id = tenant() AND x.source_id = s.source_id AND x.snapshot_on = p_on AND c.unchanged)
       AND NOT EXISTS (SELECT FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = s.source_id
                       AND m.absent_run IS NOT NULL AND m.gone < 2);
END $$;

-- As in 0007; a run that may be a delta asks each collection for what changed since it was last read, up to now and no later: what
-- changes while it is read comes the next time.
CREATE OR REPLACE FUNCTION run_begin(p_run uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE s source; r run; d district; c text; today date; became text;
BEGIN
    s := source_lock(p_run);
    r := run_lock(p_run);
    SELECT * INTO d FROM district WHERE district_id = tenant();
    IF s.active_run IS NOT NULL OR s.removed_at IS NOT NULL OR d.paused_at IS NOT NULL OR r.phase IS DISTINCT FROM 'scheduled'
       OR r.finished_at IS NOT NULL THEN
        RETURN false;
    END IF;
    today := local_date(d.time_zone);
    became := CASE WHEN r.mode = 'full' OR delta_refusal(s) IS NOT NULL OR (r.mode = 'auto' AND NOT full_stands(s, today)) THEN 'full'
                   ELSE 'delta' END;
    UPDATE source SET active_run = p_run, token = token + 1 WHERE district_id = tenant() AND source_id = s.source_id;
    UPDATE run SET phase = 'fetching', state = 'Running', token = s.token + 1, base_mirror_version = s.mirror_version,
        snapshot_on = today, started_at = now(), deadline_at = now() + run_deadline(), kind = became,
        may_skip = became = 'full' AND skip_allowed(s, r, today)
    WHERE district_id = tenant() AND run_id = p_run;
    FOREACH c IN ARRAY source_collections(s) LOOP
        INSERT INTO run_collection (district_id, run_id, collection, mode, since, before)
        SELECT tenant(), p_run, c, CASE WHEN w.read_to IS NULL THEN 'bulk' ELSE 'delta' END, w.read_to - delta_overlap(),
               CASE WHEN w.read_to IS NOT NULL THEN now() END
        FROM (SELECT) one LEFT JOIN source_cursor w
            ON became = 'delta' AND w.district_id = tenant() AND w.source_id = s.source_id AND w.collection = c;
        PERFORM pass_lanes(p_run, c);
    END LOOP;
    RETURN true;
END $$;

-- An address or a version that is another one: what was read there says nothing about what is read here, nor does what a run that is in
-- hand reads. The clock, not the transaction's time: the row may have been waited for.
CREATE FUNCTION source_forgets() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    DELETE FROM source_cursor WHERE district_id = tenant() AND source_id = NEW.source_id;
    NEW.forgot_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER source_forgets BEFORE UPDATE OF base_url, version ON source FOR EACH ROW
    WHEN (OLD.base_url <> NEW.base_url OR OLD.version <> NEW.version) EXECUTE FUNCTION source_forgets();

-- ---- seals -------------------------------------------------------------------------------------------------------------------------
-- The evidence of a pass, from its lanes.
CREATE FUNCTION seal_write(c run_collection, p_ids bigint, p_sealed boolean, p_reason text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    INSERT INTO seal (district_id, run_id, collection, pass, mode, lanes, pages, records, ids, total_first, total_last, revision_first,
        revision_last, sealed, reason)
    SELECT c.district_id, c.run_id, c.collection, c.pass, c.mode, count(*), coalesce(sum(l.pages), 0), coalesce(sum(l.received), 0), p_ids,
           (array_agg(l.total_first ORDER BY l.lane))[1], (array_agg(l.total_last ORDER BY l.lane DESC))[1],
           (array_agg(l.revision_first ORDER BY l.lane))[1], (array_agg(l.revision_last ORDER BY l.lane DESC))[1], p_sealed, coalesce(p_reason, min(l.reason))
    FROM lane l WHERE l.district_id = c.district_id AND l.run_id = c.run_id AND l.collection = c.collection AND l.pass = c.pass
    ON CONFLICT (district_id, run_id, collection, pass) DO UPDATE SET ids = excluded.ids, sealed = excluded.sealed, reason = excluded.reason,
        pages = excluded.pages, records = excluded.records;
END $$;

-- A pass that is given up leaves what it proved: nothing, and why.
CREATE FUNCTION seal_of_old_pass() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM seal_write(OLD, NULL, false, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER seal_of_old_pass AFTER UPDATE OF pass ON run_collection FOR EACH ROW
    WHEN (OLD.pass <> NEW.pass) EXECUTE FUNCTION seal_of_old_pass();

-- ---- asking again by id (C4) -------------------------------------------------------------------------------------------------------
-- As in 0002; the lane that verifies is fetched while the run is verifying, all others while it is fetching.
CREATE OR REPLACE FUNCTION pass_current(p_run uuid, p_collection text, p_pass int) RETURNS boolean LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
BEGIN
    IF (run_lock(p_run)).phase IS DISTINCT FROM (CASE p_collection WHEN 'verify' THEN 'verifying' ELSE 'fetching' END) THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM run_collection WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection
                   AND pass = p_pass);
END $$;

-- The run, which is verifying from now on, goes to ask, under its lock: the lane and its first request.
CREATE FUNCTION run_verify(p_run uuid) RETURNS void LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    INSERT INTO run_collection (district_id, run_id, collection, mode) VALUES (tenant(), p_run, 'verify', 'delta');
    PERFORM pass_lanes(p_run, 'verify');
END $$;

-- Is every answer there that will come? Whatever is not, after the lane's end or the time for it, is unanswered. A page that was set
-- aside waits for nobody: unanswered means present.
CREATE FUNCTION verify_over(p_run uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM run r WHERE r.district_id = tenant() AND r.run_id = p_run AND r.verifying_at < now() - verify_time())
        OR NOT EXISTS (SELECT FROM run_lanes(p_run) l WHERE l.collection = 'verify' AND l.state IN ('open', 'waiting'))
       AND NOT EXISTS (SELECT FROM run_missing(p_run) m WHERE m.collection = 'verify' AND NOT m.dead);
END $$;

-- As in 0002; while the run is verifying, the end of the asking says snapshot.ready once more, and the check moves the phase.
CREATE OR REPLACE FUNCTION run_test_ready(p_run uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE r run;
BEGIN
    IF NOT run_holds(p_run) THEN RETURN false; END IF;
    r := run_lock(p_run);
    IF r.phase = 'verifying' THEN
        IF NOT verify_over(p_run) THEN RETURN false; END IF;
        PERFORM event_add(p_run, 'snapshot.ready', r.source_id::text, jsonb_build_object('run', p_run, 'source', r.source_id));
        RETURN true;
    END IF;
    IF r.phase <> 'fetching' THEN RETURN false; END IF;
    IF EXISTS (SELECT FROM run_lanes(p_run) l WHERE l.state NOT IN ('sealed', 'unsealed'))
       OR EXISTS (SELECT FROM run_missing(p_run)) THEN
        RETURN false;
    END IF;
    UPDATE run SET phase = 'ready', ready_at = now() WHERE district_id = tenant() AND run_id = p_run;
    PERFORM event_add(p_run, 'snapshot.ready', r.source_id::text, jsonb_build_object('run', p_run, 'source', r.source_id));
    RETURN true;
END $$;

-- As in 0002; the lane that verifies never fails and parks nobody: who is not answered for is present.
CREATE OR REPLACE FUNCTION lane_break(l lane, p_reason text, p_origin jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE words text := format('%s could not be read: %s', l.collection, p_reason);
BEGIN
    UPDATE lane x SET state = CASE l.collection WHEN 'verify' THEN 'unsealed' ELSE 'failed' END, reason = p_reason, take = x.take + 1,
        lease_until = NULL, lease_holder = NULL
    WHERE x.district_id = tenant() AND x.lane_id = l.lane_id;
    IF l.collection = 'verify' THEN
        PERFORM collection_seal(l.run_id, l.collection);
        PERFORM run_test_ready(l.run_id);
        RETURN;
    END IF;
    PERFORM event_add(l.run_id, 'dead.letter', tenant()::text, p_origin || jsonb_build_object('lane', l.lane_id, 'run', l.run_id,
        'source', l.source_id, 'collection', l.collection, 'pass', l.pass, 'step', l.step, 'take', l.take, 'class', 'source',
        'error', p_reason));
    IF (SELECT count(*) FROM run_lanes(l.run_id) x WHERE x.state = 'failed') = 1 THEN
        UPDATE run x SET failure = words WHERE x.district_id = tenant() AND x.run_id = l.run_id;
        PERFORM alert_add(l.run_id, 'lane.failed', words);
    END IF;
END $$;

DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rollcall'::regnamespace AND p.proname = ANY (ARRAY[
        'delta_overlap', 'verify_most', 'verify_sample', 'verify_time', 'run_request', 'delta_refusal', 'full_stands', 'skip_allowed',
        'run_verify', 'verify_over']) LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_fetcher, rollcall_reconciler, rollcall_scheduler, rollcall_cli', f);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION seal_write(run_collection, bigint, boolean, text) FROM PUBLIC; -- evidence is written by who checks it
GRANT EXECUTE ON FUNCTION seal_write(run_collection, bigint, boolean, text) TO rollcall_reconciler;

-- ---- retention ---------------------------------------------------------------------------------------------------------------------
-- As in 0009, with what has come since: who was asked for by id goes with the stage, what Clever's runs noted with their lanes. Of what
-- was picked up nothing goes that a zip on the server could be compared with: one that is older than the last taken is never taken.
CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS $$ VALUES
    ('stage', 'stage_record', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('stage', 'verify_person', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'batch_ledger', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'page_ledger', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'lane_page', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('findings', 'finding', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'lane', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'run_collection', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'clever_run', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'pickup_file', 'x.taken_at < $1 AND EXISTS (SELECT FROM pickup_file y WHERE y.district_id = tenant() AND y.source_id = x.source_id
        AND y.outcome = ''taken'' AND y.mtime > x.mtime)', ''),
    ('plans', 'plan_item', 'x.plan_id IN (SELECT plans_over($1))', ''),
    ('plans', 'plan_person', 'x.plan_id IN (SELECT plans_over($1))', ''),
    ('mails', 'mail', 'x.ended_at < $1 AND x.body_text <> '''' AND (x.state IN (''accepted'', ''refused'') OR x.told_in IS NOT NULL)',
     'subject = '''', body_text = '''', body_html = '''''),
    ('dead-letters', 'dead_letter', 'x.state <> ''open'' AND x.closed_at < $1', ''),
    ('uploads', 'upload_chunk', 'x.upload_id IN (SELECT uploads_over($1))', ''),
    ('alerts', 'alert', 'x.at < $1 AND (x.run_id IS NULL OR x.run_id IN (SELECT runs_over($1)))', ''),
    ('history', 'history', 'x.at < $1 AND x.run_id IN (SELECT runs_over($1))', ''),
    ('audit', 'audit', 'x.at < $1 AND x.act NOT IN (''district.purge'', ''key.destroy'')', '')
$$;

RESET search_path;
