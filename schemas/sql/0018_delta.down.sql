-- Every run is full again, nobody is asked by id.
SET search_path = rollcall;

CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS $$ VALUES
    ('stage', 'stage_record', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'batch_ledger', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'page_ledger', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'lane_page', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('findings', 'finding', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'lane', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'run_collection', 'x.run_id IN (SELECT runs_over($1))', ''),
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
DROP TRIGGER seal_of_old_pass ON run_collection;
DROP TRIGGER source_forgets ON source;
DROP FUNCTION seal_of_old_pass(), source_forgets(), seal_write(run_collection, bigint, boolean, text), verify_over(uuid), run_verify(uuid),
    skip_allowed(source, run, date), full_stands(source, date), delta_refusal(source), delta_overlap(), verify_most(), verify_sample(),
    verify_time();
CREATE OR REPLACE FUNCTION lane_break(l lane, p_reason text, p_origin jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE words text := format('%s could not be read: %s', l.collection, p_reason);
BEGIN
    UPDATE lane x SET state = 'failed', reason = p_reason, take = x.take + 1, lease_until = NULL, lease_holder = NULL
    WHERE x.district_id = tenant() AND x.lane_id = l.lane_id;
    PERFORM event_add(l.run_id, 'dead.letter', tenant()::text, p_origin || jsonb_build_object('lane', l.lane_id, 'run', l.run_id,
        'source', l.source_id, 'collection', l.collection, 'pass', l.pass, 'step', l.step, 'take', l.take, 'class', 'source',
        'error', p_reason));
    IF (SELECT count(*) FROM run_lanes(l.run_id) x WHERE x.state = 'failed') = 1 THEN
        UPDATE run x SET failure = words WHERE x.district_id = tenant() AND x.run_id = l.run_id;
        PERFORM alert_add(l.run_id, 'lane.failed', words);
    END IF;
END $$;
CREATE OR REPLACE FUNCTION pass_current(p_run uuid, p_collection text, p_pass int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF (run_lock(p_run)).phase IS DISTINCT FROM 'fetching' THEN RETURN false; END IF;
    RETURN EXISTS (SELECT FROM run_collection WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection
                   AND pass = p_pass);
END $$;
CREATE OR REPLACE FUNCTION run_test_ready(p_run uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE r run;
BEGIN
    IF NOT run_holds(p_run) THEN RETURN false; END IF;
    r := run_lock(p_run);
    IF r.phase <> 'fetching' THEN RETURN false; END IF;
    IF EXISTS (SELECT FROM run_lanes(p_run) l WHERE l.state NOT IN ('sealed', 'unsealed'))
       OR EXISTS (SELECT FROM run_missing(p_run)) THEN
        RETURN false;
    END IF;
    UPDATE run SET phase = 'ready', ready_at = now() WHERE district_id = tenant() AND run_id = p_run;
    PERFORM event_add(p_run, 'snapshot.ready', r.source_id::text, jsonb_build_object('run', p_run, 'source', r.source_id));
    RETURN true;
END $$;
CREATE OR REPLACE FUNCTION run_request(p_source uuid, p_by text, p_test boolean DEFAULT false, p_traceparent text DEFAULT '') RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE id uuid; other uuid;
BEGIN
    LOOP
        INSERT INTO run (district_id, source_id, requested_by, test, traceparent)
        VALUES (tenant(), p_source, p_by, p_test, coalesce(nullif(p_traceparent, ''), trace_new()))
        ON CONFLICT (district_id, source_id) WHERE phase = 'scheduled' AND finished_at IS NULL DO NOTHING RETURNING run_id INTO id;
        SELECT run_id INTO other FROM run
        WHERE district_id = tenant() AND source_id = p_source AND phase = 'scheduled' AND finished_at IS NULL;
        EXIT WHEN coalesce(id, other) IS NOT NULL; -- else the one that was there has just begun
    END LOOP;
    id := coalesce(id, other);
    PERFORM event_add(id, 'run.requested', p_source::text, jsonb_build_object('run', id, 'source', p_source));
    RETURN id;
END $$;
CREATE OR REPLACE FUNCTION run_begin(p_run uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE s source; r run; d district; c text;
BEGIN
    s := source_lock(p_run);
    r := run_lock(p_run);
    SELECT * INTO d FROM district WHERE district_id = tenant();
    IF s.active_run IS NOT NULL OR s.removed_at IS NOT NULL OR d.paused_at IS NOT NULL OR r.phase IS DISTINCT FROM 'scheduled'
       OR r.finished_at IS NOT NULL THEN
        RETURN false;
    END IF;
    UPDATE source SET active_run = p_run, token = token + 1 WHERE district_id = tenant() AND source_id = s.source_id;
    UPDATE run SET phase = 'fetching', state = 'Running', token = s.token + 1, base_mirror_version = s.mirror_version,
        snapshot_on = local_date(d.time_zone), started_at = now(), deadline_at = now() + run_deadline()
    WHERE district_id = tenant() AND run_id = p_run;
    FOREACH c IN ARRAY source_collections(s) LOOP
        INSERT INTO run_collection (district_id, run_id, collection) VALUES (tenant(), p_run, c);
        PERFORM pass_lanes(p_run, c);
    END LOOP;
    RETURN true;
END $$;
DROP FUNCTION run_request(uuid, text, boolean, text, text);
ALTER FUNCTION run_request(uuid, text, boolean, text) SET search_path = rollcall, pg_temp;
GRANT EXECUTE ON FUNCTION run_request(uuid, text, boolean, text) TO PUBLIC;
ALTER FUNCTION lane_break(lane, text, jsonb) SET search_path = rollcall, pg_temp;
ALTER FUNCTION pass_current(uuid, text, int) SET search_path = rollcall, pg_temp;
ALTER FUNCTION run_test_ready(uuid) SET search_path = rollcall, pg_temp;
REVOKE SELECT (absent_run, gone) ON mirror_record FROM rollcall_fetcher;
REVOKE SELECT ON snapshot FROM rollcall_fetcher;
DROP TABLE verify_person, seal, source_cursor;
-- The owner mends every district's rows: a run that was asking goes back to its check.
ALTER TABLE run NO FORCE ROW LEVEL SECURITY;
ALTER TABLE lane NO FORCE ROW LEVEL SECURITY;
ALTER TABLE lane_page NO FORCE ROW LEVEL SECURITY;
ALTER TABLE run_collection NO FORCE ROW LEVEL SECURITY;
UPDATE run SET phase = 'ready' WHERE phase = 'verifying';
DELETE FROM lane_page WHERE collection = 'verify';
DELETE FROM lane WHERE collection = 'verify';
DELETE FROM run_collection WHERE collection = 'verify';
ALTER TABLE run FORCE ROW LEVEL SECURITY;
ALTER TABLE lane FORCE ROW LEVEL SECURITY;
ALTER TABLE lane_page FORCE ROW LEVEL SECURITY;
ALTER TABLE run_collection FORCE ROW LEVEL SECURITY;
ALTER TABLE run_collection
    DROP COLUMN unchanged, DROP COLUMN before, DROP COLUMN since,
    DROP CONSTRAINT run_collection_collection_check,
    ADD CONSTRAINT run_collection_collection_check CHECK (collection IN ('orgs', 'academicSessions', 'courses', 'classes', 'users',
        'enrollments', 'demographics', 'resources'));
ALTER TABLE run DROP COLUMN unverified, DROP COLUMN verifying_at, DROP COLUMN may_skip, DROP COLUMN mode;
ALTER TABLE source DROP COLUMN forgot_at, DROP COLUMN verify, DROP COLUMN full_every_days, DROP COLUMN delta;

RESET search_path;
