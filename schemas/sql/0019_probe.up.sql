-- Tests of a source (Test Connection): what a person or the clock asks for, what the fetcher that carried it out found.

SET search_path = rollcall;

-- One test of a source's connection: who wanted it, which fetcher is at it, and its report card. Ids, counts, names of schools and words;
-- no person's data.
CREATE TABLE probe (
    district_id uuid NOT NULL,
    probe_id uuid NOT NULL DEFAULT uuid7(),
    source_id uuid NOT NULL,
    requested_by text NOT NULL,                 -- a person, or 'schedule'
    requested_at timestamptz NOT NULL DEFAULT now(),
    take int NOT NULL DEFAULT 0,                -- raised by each fetcher that takes it: who held it before may write no more
    holder text,
    lease_until timestamptz,                    -- past it another fetcher begins anew
    starts int NOT NULL DEFAULT 0,              -- begun, and not given back
    finished_at timestamptz,
    verdict text CHECK (verdict IN ('good', 'limited', 'bad')), -- bad: a sync cannot work
    report jsonb,                               -- the report card
    matters jsonb NOT NULL DEFAULT '{}',        -- what is compared with the test before: name → word
    changes jsonb NOT NULL DEFAULT '[]',        -- how it differs from the test before, in words
    PRIMARY KEY (district_id, probe_id),
    FOREIGN KEY (district_id, source_id) REFERENCES source,
    CHECK ((finished_at IS NULL) = (report IS NULL) AND (report IS NULL) = (verdict IS NULL))
);
-- A source is tested once at a time: further requests join.
CREATE UNIQUE INDEX probe_one ON probe (district_id, source_id) WHERE finished_at IS NULL;
CREATE INDEX probe_due ON probe (requested_at) WHERE finished_at IS NULL;
CREATE INDEX probe_newest ON probe (district_id, source_id, probe_id DESC);

ALTER TABLE probe ENABLE ROW LEVEL SECURITY;
ALTER TABLE probe FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON probe USING (district_id = tenant()) WITH CHECK (district_id = tenant());
CREATE POLICY all_districts_rollcall_fetcher ON probe FOR SELECT TO rollcall_fetcher USING (true);
CREATE POLICY all_districts_rollcall_scheduler ON probe FOR SELECT TO rollcall_scheduler USING (true);

-- A test of the source that is asked; joins one that waits or is being made. A person does not wait for quiet hours to end: what the clock
-- had put off until then is made now, in the person's name.
CREATE FUNCTION probe_request(p_source uuid, p_by text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE id uuid;
BEGIN
    LOOP
        INSERT INTO probe (district_id, source_id, requested_by) VALUES (tenant(), p_source, p_by)
        ON CONFLICT (district_id, source_id) WHERE finished_at IS NULL DO NOTHING RETURNING probe_id INTO id;
        IF id IS NULL AND p_by <> 'schedule' THEN
            UPDATE probe p SET requested_by = p_by, lease_until = CASE WHEN p.holder IS NOT NULL THEN p.lease_until END
            WHERE p.district_id = tenant() AND p.source_id = p_source AND p.finished_at IS NULL AND p.requested_by = 'schedule';
        END IF;
        IF id IS NULL THEN
            SELECT p.probe_id INTO id FROM probe p WHERE p.district_id = tenant() AND p.source_id = p_source AND p.finished_at IS NULL;
        END IF;
        EXIT WHEN id IS NOT NULL; -- else the one that was there has just ended
    END LOOP;
    RETURN id;
END $$;

-- Tests that nobody is at, over all districts, the oldest first.
CREATE FUNCTION probes_due(p_limit int) RETURNS TABLE (district_id uuid, probe_id uuid) LANGUAGE sql VOLATILE AS $$
    SELECT p.district_id, p.probe_id FROM probe p
    WHERE p.finished_at IS NULL AND (p.lease_until IS NULL OR p.lease_until < now()) ORDER BY p.requested_at LIMIT p_limit $$;

-- Takes it, for so long without a sign of life. The number of the take; no row: somebody else has it, or it is over. After three begins
-- without an end it ends here, so that an answer that kills its reader does not do so for ever.
CREATE FUNCTION probe_take(p_probe uuid, p_holder text, p_lease_ms bigint) RETURNS SETOF int LANGUAGE plpgsql AS $$
DECLARE p probe;
BEGIN
    UPDATE probe x SET take = x.take + 1, starts = x.starts + 1, holder = p_holder, lease_until = now() + p_lease_ms * interval '1 ms'
    WHERE x.district_id = tenant() AND x.probe_id = p_probe AND x.finished_at IS NULL AND (x.lease_until IS NULL OR x.lease_until < now())
    RETURNING x.* INTO p;
    IF NOT FOUND THEN RETURN; END IF;
    IF p.starts > 3 THEN
        PERFORM probe_finish(p_probe, p.take, 'bad', jsonb_build_object('checks', jsonb_build_array(jsonb_build_object('check', 'test',
            'state', 'error', 'says', 'the test was begun three times and never ended', 'ask', 'Report it, with the fetchers'' logs.'))),
            coalesce((SELECT b FROM probe_before(p_probe) b), '{}'), '[]', NULL);
        RETURN;
    END IF;
    RETURN NEXT p.take;
END $$;

-- Nobody is at it, and nobody is to be for so long. No row: it is somebody else's now.
CREATE FUNCTION probe_put_off(p_probe uuid, p_take int, p_wait_ms bigint) RETURNS SETOF int LANGUAGE sql VOLATILE AS $$
    UPDATE probe SET starts = 0, holder = NULL, lease_until = now() + p_wait_ms * interval '1 ms'
    WHERE district_id = tenant() AND probe_id = p_probe AND take = p_take AND finished_at IS NULL RETURNING take $$;

-- A sign of life. p_lease_ms 0: given back. False: it is somebody else's now.
CREATE FUNCTION probe_renew(p_probe uuid, p_take int, p_lease_ms bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    WITH renewed AS (
        UPDATE probe SET lease_until = now() + p_lease_ms * interval '1 ms', starts = CASE WHEN p_lease_ms = 0 THEN 0 ELSE starts END
        WHERE district_id = tenant() AND probe_id = p_probe AND take = p_take AND finished_at IS NULL RETURNING 1)
    SELECT EXISTS (SELECT FROM renewed) $$;

-- What the source's last test found; no row: there was none.
CREATE FUNCTION probe_before(p_probe uuid) RETURNS SETOF jsonb LANGUAGE sql STABLE AS $$
    SELECT b.matters FROM probe p JOIN probe b ON b.district_id = p.district_id AND b.source_id = p.source_id AND b.finished_at IS NOT NULL
    WHERE p.district_id = tenant() AND p.probe_id = p_probe ORDER BY b.finished_at DESC, b.probe_id DESC LIMIT 1 $$;

-- Ends it with its report card. p_alert: what the owners are told at once, NULL: nothing. Of each source the last 24 tests are kept.
-- False: it is somebody else's now.
CREATE FUNCTION probe_finish(p_probe uuid, p_take int, p_verdict text, p_report jsonb, p_matters jsonb, p_changes jsonb, p_alert text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE p probe;
BEGIN
    UPDATE probe x SET finished_at = now(), lease_until = NULL, verdict = p_verdict, report = p_report, matters = p_matters, changes = p_changes
    WHERE x.district_id = tenant() AND x.probe_id = p_probe AND x.take = p_take AND x.finished_at IS NULL RETURNING * INTO p;
    IF p.probe_id IS NULL THEN RETURN false; END IF;
    DELETE FROM probe x WHERE x.district_id = tenant() AND x.source_id = p.source_id AND x.finished_at IS NOT NULL AND x.probe_id NOT IN (
        SELECT k.probe_id FROM probe k WHERE k.district_id = tenant() AND k.source_id = p.source_id ORDER BY k.probe_id DESC LIMIT 24);
    IF p_alert IS NULL THEN RETURN true; END IF;
    PERFORM source_alert(p.source_id, 'source.changed', p_alert);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION probe_finish(uuid, int, text, jsonb, jsonb, jsonb, text) FROM PUBLIC;

-- Schools that the tests of the district's sources found, each source's as of its last test that found any.
CREATE FUNCTION probe_schools() RETURNS TABLE (sourced_id text, name text) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT x ->> 'school', x ->> 'name' FROM source s,
        LATERAL (SELECT p.report FROM probe p WHERE p.district_id = s.district_id AND p.source_id = s.source_id
                   AND jsonb_array_length(p.report -> 'schools') > 0
                 ORDER BY p.probe_id DESC LIMIT 1) newest,
        jsonb_array_elements(newest.report -> 'schools') x
    WHERE s.district_id = tenant() AND s.removed_at IS NULL AND x ->> 'name' <> '' $$;

-- R2: a sync that is asked for joins no test, which would apply nothing: the test that waits goes, and whoever wants it asks again.
CREATE FUNCTION run_test_yields() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE r run;
BEGIN
    FOR r IN SELECT * FROM run x WHERE x.district_id = NEW.district_id AND x.source_id = NEW.source_id AND x.test AND x.phase = 'scheduled'
               AND x.finished_at IS NULL FOR NO KEY UPDATE LOOP
        PERFORM run_end(r, 'Superseded', 'a sync was asked for and goes before the test: ask for the test again');
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER run_test_yields BEFORE INSERT ON run FOR EACH ROW WHEN (NEW.phase = 'scheduled' AND NOT NEW.test) EXECUTE FUNCTION run_test_yields();

DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['run_test_yields()', 'probe_request(uuid, text)', 'probes_due(int)', 'probe_take(uuid, text, bigint)', 'probe_renew(uuid, int, bigint)', 'probe_put_off(uuid, int, bigint)',
                             'probe_before(uuid)', 'probe_schools()'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION probe_request(uuid, text) FROM PUBLIC;
GRANT SELECT, UPDATE (take, starts, holder, lease_until) ON probe TO rollcall_fetcher;
GRANT SELECT, INSERT ON probe TO rollcall_cli, rollcall_scheduler;
GRANT EXECUTE ON FUNCTION probes_due(int), probe_take(uuid, text, bigint), probe_renew(uuid, int, bigint), probe_put_off(uuid, int, bigint), probe_before(uuid),
    probe_finish(uuid, int, text, jsonb, jsonb, jsonb, text) TO rollcall_fetcher;
GRANT EXECUTE ON FUNCTION probe_request(uuid, text) TO rollcall_cli, rollcall_scheduler;
GRANT EXECUTE ON FUNCTION probe_schools() TO rollcall_cli;

RESET search_path;
