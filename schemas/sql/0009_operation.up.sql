-- What running Rollcall needs: gauges over all districts, what is kept for how long, the removal of a district, and a mail's trace.

SET search_path = rollcall;

-- ---- seen over all districts: operational columns, no person's data ---------------------------------------------------------------
CREATE POLICY all_districts_rollcall_scheduler ON snapshot FOR SELECT TO rollcall_scheduler USING (true);
CREATE POLICY all_districts_rollcall_cli ON snapshot FOR SELECT TO rollcall_cli USING (true);
CREATE POLICY all_districts_rollcall_scheduler ON mail FOR SELECT TO rollcall_scheduler USING (true);
GRANT SELECT (district_id, source_id, run_id, at) ON snapshot TO rollcall_scheduler;
GRANT SELECT (district_id, state, due_at, ended_at, told_in) ON mail TO rollcall_scheduler;
GRANT SELECT ON leader_lease TO rollcall_cli;
CREATE INDEX dead_letter_closed ON dead_letter (closed_at) WHERE state <> 'open';
CREATE INDEX snapshot_newest ON snapshot (district_id, source_id, at DESC);

-- A run is followed from its request to its mail by one trace.
ALTER TABLE mail ADD COLUMN traceparent text NOT NULL DEFAULT '';

-- ---- parking is told -------------------------------------------------------------------------------------------------------------
-- As 0002, and a run that waits for a person without a failed lane (which told of itself) raises an alert: its owners are mailed.
CREATE OR REPLACE FUNCTION run_park(p_run uuid, p_phase text DEFAULT 'fetching') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE s source; r run; n bigint;
BEGIN
    s := source_lock(p_run);
    r := run_lock(p_run);
    IF s.active_run IS DISTINCT FROM p_run OR r.phase <> p_phase THEN RETURN false; END IF;
    IF p_phase = 'fetching' AND NOT run_waits_for_person(p_run) THEN RETURN false; END IF;
    UPDATE run SET parked = true, state = 'Paused' WHERE district_id = tenant() AND run_id = p_run;
    IF NOT EXISTS (SELECT FROM run_lanes(p_run) l WHERE l.state = 'failed') THEN
        SELECT count(*) INTO n FROM dead_letter d WHERE d.district_id = tenant() AND d.run_id = p_run AND d.state = 'open';
        PERFORM alert_add(p_run, 'run.parked', format('the sync waits: %s of its messages could not be handled and were set aside; '
            'an operator replays or discards them', n));
    END IF;
    PERFORM source_free(s.source_id);
    RETURN true;
END $$;
ALTER FUNCTION run_park(uuid, text) SET search_path = rollcall, pg_temp;

-- ---- retention -------------------------------------------------------------------------------------------------------------------
-- Ended runs whose details nobody needs any more: not those that a plan, a dead letter or a wish to undo still rests on.
CREATE FUNCTION runs_over(p_before timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT r.run_id FROM run r
    WHERE r.district_id = tenant() AND r.finished_at < p_before AND NOT r.parked
      AND NOT EXISTS (SELECT FROM source s WHERE s.district_id = tenant() AND s.active_run = r.run_id)
      AND NOT EXISTS (SELECT FROM plan p WHERE p.district_id = tenant() AND p.run_id = r.run_id AND p.state = 'open')
      AND NOT EXISTS (SELECT FROM dead_letter d WHERE d.district_id = tenant() AND d.run_id = r.run_id AND d.state = 'open')
      AND NOT EXISTS (SELECT FROM undo u WHERE u.district_id = tenant() AND u.run_id = r.run_id AND u.done_at IS NULL) $$;

-- Closed plans whose items nobody needs any more: the next plan inherits from the newest and from the newest discarded one (P3, P5).
CREATE FUNCTION plans_over(p_before timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT p.plan_id FROM plan p
    WHERE p.district_id = tenant() AND p.state <> 'open' AND coalesce(p.closed_at, p.made_at) < p_before
      AND p.run_id IN (SELECT runs_over(p_before))
      AND p.plan_id <> (SELECT n.plan_id FROM plan n WHERE n.district_id = tenant() ORDER BY n.made_at DESC LIMIT 1)
      AND p.plan_id IS DISTINCT FROM (SELECT n.plan_id FROM plan n WHERE n.district_id = tenant() AND n.state = 'discarded'
                                      ORDER BY n.closed_at DESC LIMIT 1) $$;

-- What is kept how long: an age's name, a table, which of its rows x are over ($1: before when), and what they become.
CREATE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS $$ VALUES
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

-- Removes what is over in the transaction's district, at most p_limit rows of each table; p_dry: only counts, all of them. The rules
-- stand here and not in a program, so that none can remove more: programs may call this and have no right to delete.
CREATE FUNCTION retention_apply(p_what text, p_before timestamptz, p_limit int, p_dry boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE r record; n bigint; total bigint := 0;
BEGIN
    IF p_before > now() THEN RAISE EXCEPTION 'retention of % would reach into the future', p_what; END IF;
    FOR r IN SELECT * FROM retention_rules() t WHERE t.what = p_what LOOP
        IF p_dry THEN
            EXECUTE format('SELECT count(*) FROM %I x WHERE x.district_id = tenant() AND (%s)', r.place, r.over) INTO n USING p_before;
        ELSE
            EXECUTE format(CASE r.becomes WHEN '' THEN 'DELETE FROM %1$I' ELSE 'UPDATE %1$I SET %3$s' END ||
                ' WHERE ctid = ANY (ARRAY(SELECT x.ctid FROM %1$I x WHERE x.district_id = tenant() AND (%2$s) LIMIT $2))'
                ' AND district_id = tenant()', r.place, r.over, r.becomes) USING p_before, p_limit;
            GET DIAGNOSTICS n = ROW_COUNT;
        END IF;
        total := total + n;
    END LOOP;
    RETURN total;
END $$;

-- ---- the removal of a district ---------------------------------------------------------------------------------------------------
-- What stays of a district that was removed: when, by whom, how many rows of what. It names nobody of it.
CREATE TABLE purge_certificate (
    district_id uuid PRIMARY KEY,               -- of no row any more
    slug text NOT NULL,
    reason text NOT NULL DEFAULT '',
    began_by text NOT NULL, began_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    removed jsonb NOT NULL DEFAULT '{}'         -- table → rows
);
ALTER TABLE purge_certificate ENABLE ROW LEVEL SECURITY;
ALTER TABLE purge_certificate FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON purge_certificate USING (district_id = tenant()) WITH CHECK (district_id = tenant());
CREATE POLICY all_districts_rollcall_cli ON purge_certificate FOR SELECT TO rollcall_cli USING (true);
GRANT SELECT, INSERT ON purge_certificate TO rollcall_cli;
-- Its trail of acts outlives the district.
ALTER TABLE audit DROP CONSTRAINT audit_district_id_fkey;

-- Tables with rows of a district, those that refer to others first, the district itself last: an interrupted removal can be found again.
CREATE FUNCTION purge_order() RETURNS TABLE (place name, depth int) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE t AS (
        SELECT c.oid, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'district_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'rollcall'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('audit', 'purge_certificate')),
    f AS (SELECT DISTINCT k.conrelid AS child, k.confrelid AS parent FROM pg_constraint k
          JOIN t c ON c.oid = k.conrelid JOIN t p ON p.oid = k.confrelid WHERE k.contype = 'f' AND k.conrelid <> k.confrelid),
    d AS (SELECT t.oid, 0 AS depth FROM t UNION SELECT f.child, d.depth + 1 FROM d JOIN f ON f.parent = d.oid)
    SELECT t.relname, max(d.depth) FROM d JOIN t USING (oid) GROUP BY t.relname
    ORDER BY t.relname = 'district', 2 DESC, 1 $$;

-- Begins the removal: nothing starts or is decided any more. NULL: it has begun (or had); else why not, in words.
CREATE FUNCTION purge_begin(p_by text, p_reason text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE r uuid; busy text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rollcall plan ' || tenant()::text, 0));
    PERFORM 1 FROM source s WHERE s.district_id = tenant() ORDER BY s.source_id FOR NO KEY UPDATE;
    SELECT s.name INTO busy FROM source s WHERE s.district_id = tenant() AND s.active_run IS NOT NULL LIMIT 1;
    IF busy IS NOT NULL THEN RETURN format('a run of its source %s is active: cancel it or let it end', busy); END IF;
    UPDATE district d SET paused_at = coalesce(d.paused_at, now()), paused_reason = 'its data is being removed' WHERE d.district_id = tenant();
    UPDATE plan p SET state = 'discarded', closed_at = now() WHERE p.district_id = tenant() AND p.state = 'open';
    FOR r IN SELECT x.run_id FROM run x WHERE x.district_id = tenant() AND x.finished_at IS NULL ORDER BY x.run_id LOOP
        PERFORM run_fail(r, 'the district''s data is being removed', 'Cancelled');
    END LOOP;
    INSERT INTO purge_certificate (district_id, slug, reason, began_by)
    SELECT d.district_id, d.slug, p_reason, p_by FROM district d WHERE d.district_id = tenant() ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- Removes at most p_limit rows of the first table that has any; its name and how many. No row: nothing is left, and the certificate
-- says so.
CREATE FUNCTION purge_step(p_limit int) RETURNS TABLE (place text, rows bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE t record; n bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM purge_certificate c WHERE c.district_id = tenant() AND c.ended_at IS NULL) THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('rollcall plan ' || tenant()::text, 0));
    FOR t IN SELECT * FROM purge_order() LOOP
        EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT x.ctid FROM %1$I x WHERE x.district_id = tenant() LIMIT $1))'
            ' AND district_id = tenant()', t.place) USING p_limit;
        GET DIAGNOSTICS n = ROW_COUNT;
        CONTINUE WHEN n = 0;
        UPDATE purge_certificate c SET removed = c.removed || jsonb_build_object(t.place, coalesce((c.removed ->> t.place::text)::bigint, 0) + n)
        WHERE c.district_id = tenant();
        RETURN QUERY SELECT t.place::text, n;
        RETURN;
    END LOOP;
    DELETE FROM audit a WHERE a.district_id = tenant() AND a.act NOT IN ('district.purge', 'key.destroy');
    UPDATE purge_certificate c SET ended_at = now() WHERE c.district_id = tenant();
END $$;

-- How many rows of what the removal would take.
CREATE FUNCTION purge_count() RETURNS TABLE (place text, rows bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE t record; n bigint;
BEGIN
    FOR t IN SELECT * FROM purge_order() LOOP
        EXECUTE format('SELECT count(*) FROM %I x WHERE x.district_id = tenant()', t.place) INTO n;
        CONTINUE WHEN n = 0;
        RETURN QUERY SELECT t.place::text, n;
    END LOOP;
END $$;

ALTER FUNCTION runs_over(timestamptz) SET search_path = rollcall, pg_temp;
ALTER FUNCTION plans_over(timestamptz) SET search_path = rollcall, pg_temp;
REVOKE ALL ON FUNCTION retention_apply(text, timestamptz, int, boolean), purge_begin(text, text), purge_step(int), purge_count() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_apply(text, timestamptz, int, boolean) TO rollcall_scheduler, rollcall_cli;
GRANT EXECUTE ON FUNCTION purge_begin(text, text), purge_step(int), purge_count() TO rollcall_cli;

-- `rollcall doctor` says which version it found; the table is that of whoever migrates.
DO $$
BEGIN
    IF to_regclass('public.schema_migrations') IS NOT NULL THEN GRANT SELECT ON public.schema_migrations TO rollcall_cli; END IF;
END $$;

RESET search_path;
