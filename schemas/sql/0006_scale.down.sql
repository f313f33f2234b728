-- Takes full size away: the functions of 0002 again, and the columns that served it. Lanes side by side have no place in what is left,
-- so no run may be fetching.

SET search_path = rollcall;

DROP FUNCTION mirror_analyze(bigint), stage_page(uuid, text, text, int), run_flow(run), run_credits_now(), flow_cap(), run_credits_least(),
    pass_split(lane, run_collection, jsonb, bigint, bigint), pass_parallel(lane, run_collection), lane_pages_least();
DROP FUNCTION lane_take(uuid, int, int, text, bigint, text, jsonb), page_replay(uuid, text, text, uuid);
DROP TRIGGER page_ledger_note ON page_ledger;
DROP FUNCTION page_ledger_note();
DROP TABLE flow;

CREATE OR REPLACE FUNCTION run_missing(p_run uuid) RETURNS TABLE (collection text, pass smallint, lane smallint, place int, page_id text,
                                                       listed_at timestamptz, dead boolean) LANGUAGE sql VOLATILE AS $$
    SELECT p.collection, p.pass, p.lane, p.place, p.page_id, p.listed_at,
           EXISTS (SELECT FROM dead_letter d WHERE d.district_id = tenant() AND d.run_id = p_run AND d.page_id = p.page_id
                   AND d.state = 'open')
    FROM run_collection c
    JOIN lane_page p ON p.district_id = c.district_id AND p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
    WHERE c.district_id = tenant() AND c.run_id = p_run AND NOT p.struck
      AND NOT EXISTS (SELECT FROM page_ledger g WHERE g.district_id = tenant() AND g.run_id = p_run AND g.page_id = p.page_id) $$;

CREATE OR REPLACE FUNCTION run_outstanding(p_run uuid) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(*) FROM run_missing(p_run) m WHERE NOT m.dead $$;

CREATE OR REPLACE FUNCTION run_lanes(p_run uuid) RETURNS SETOF lane LANGUAGE sql VOLATILE AS $$
    SELECT l.* FROM run_collection c
    JOIN lane l ON l.district_id = c.district_id AND l.run_id = c.run_id AND l.collection = c.collection AND l.pass = c.pass
    WHERE c.district_id = tenant() AND c.run_id = p_run $$;

CREATE OR REPLACE FUNCTION run_wake(p_run uuid) RETURNS int LANGUAGE plpgsql AS $$
DECLARE r run; l lane; n int := 0;
BEGIN
    IF NOT run_holds(p_run) THEN RETURN 0; END IF;
    r := run_lock(p_run);
    IF r.phase <> 'fetching' OR run_outstanding(p_run) >= run_credits() THEN RETURN 0; END IF;
    FOR l IN SELECT * FROM run_lanes(p_run) x WHERE x.state = 'waiting' AND r.woken ->> x.lane_id::text IS DISTINCT FROM x.step::text LOOP
        PERFORM lane_say(l.lane_id);
        UPDATE run SET woken = woken || jsonb_build_object(l.lane_id, l.step) WHERE district_id = tenant() AND run_id = p_run;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;

CREATE OR REPLACE FUNCTION page_replay(p_run uuid, p_page text, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text := run_resume(p_run);
BEGIN
    IF refused IS NULL THEN PERFORM dead_letter_close(p_run, p_page, NULL, 'replayed', p_by); END IF;
    RETURN refused;
END $$;

CREATE OR REPLACE FUNCTION pass_contradiction(c run_collection, p_facts jsonb, p_total bigint, p_revision text, p_page_size int) RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN c.total <> p_total THEN format('the source''s total moved from %s to %s while it was read', c.total, p_total)
        WHEN c.revision <> p_revision THEN 'the source''s revision moved while it was read'
        WHEN c.page_size <> p_page_size THEN format('the page size changed from %s to %s', c.page_size, p_page_size)
        WHEN EXISTS (
            SELECT FROM (SELECT p.digest FROM lane_page p WHERE p.district_id = c.district_id AND p.run_id = c.run_id
                             AND p.collection = c.collection AND p.pass = c.pass AND p.records > 0
                         UNION ALL
                         SELECT f ->> 'digest' FROM jsonb_array_elements(p_facts) f WHERE (f ->> 'count')::int > 0) d
            GROUP BY d.digest HAVING count(*) > 1)
        THEN 'the source sent the same page twice'
    END $$;

CREATE OR REPLACE FUNCTION pass_turn(p_run uuid, p_collection text, p_pass int, p_reason text, p_page_size int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF p_pass >= run_passes() THEN
        RETURN pass_last(p_run, p_collection, p_pass, p_reason);
    END IF;
    UPDATE dead_letter SET state = 'closed', closed_at = now(), closed_reason = 'a new pass reads the collection again'
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection AND state = 'open';
    UPDATE lane SET state = 'ended', reason = p_reason, lease_until = NULL
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection AND pass = p_pass;
    UPDATE run_collection SET pass = pass + 1, pass_started_at = now(), total = NULL, revision = NULL,
        page_size = coalesce(p_page_size, page_size), sealed = NULL, reason = NULL
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection;
    PERFORM pass_lanes(p_run, p_collection);
    RETURN 'new pass';
END $$;

CREATE OR REPLACE FUNCTION lane_take(p_lane uuid, p_pass int, p_step int, p_holder text, p_lease_ms bigint, p_progress text DEFAULT '',
                          p_origin jsonb DEFAULT '{}')
RETURNS TABLE (run_id uuid, source_id uuid, collection text, lane smallint, take bigint, tries smallint, cursor text, received bigint,
               pages bigint, total bigint, revision text, page_size int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE l lane; further boolean;
BEGIN
    SELECT x.* INTO l FROM lane x WHERE x.district_id = tenant() AND x.lane_id = p_lane;
    IF l.lane_id IS NULL OR NOT run_holds(l.run_id) THEN RETURN; END IF;
    SELECT x.* INTO l FROM lane x WHERE x.district_id = tenant() AND x.lane_id = p_lane FOR NO KEY UPDATE;
    IF l.pass <> p_pass OR l.step <> p_step OR l.state NOT IN ('open', 'waiting') OR l.lease_until > clock_timestamp()
       OR (l.state = 'open' AND l.due_at > clock_timestamp()) OR NOT pass_current(l.run_id, l.collection, l.pass) THEN
        RETURN;
    END IF;
    IF l.state = 'waiting' AND run_outstanding(l.run_id) >= run_credits() THEN
        UPDATE run r SET woken = r.woken - p_lane::text WHERE r.district_id = tenant() AND r.run_id = l.run_id;
        RETURN;
    END IF;
    further := (length(p_progress), p_progress) > (length(l.progress), l.progress);
    IF l.tries >= lane_tries() AND NOT further THEN
        PERFORM lane_break(l, coalesce(l.reason, 'it was taken and left unfinished again and again: see the fetchers'' logs'), p_origin);
        RETURN;
    END IF;
    UPDATE lane x SET state = 'open', take = x.take + 1, tries = CASE WHEN further THEN 1 ELSE x.tries + 1 END,
        progress = CASE WHEN further THEN p_progress ELSE x.progress END, lease_holder = p_holder,
        lease_until = clock_timestamp() + p_lease_ms * interval '1 ms'
    WHERE x.district_id = tenant() AND x.lane_id = p_lane;
    RETURN QUERY
        SELECT x.run_id, x.source_id, x.collection, x.lane, x.take, x.tries, x.cursor, x.received,
               (SELECT count(*) FROM lane_page p WHERE p.district_id = x.district_id AND p.run_id = x.run_id
                    AND p.collection = x.collection AND p.pass = x.pass AND p.lane = x.lane),
               c.total, c.revision, coalesce(c.page_size, s.page_size)
        FROM lane x
        JOIN run_collection c ON c.district_id = x.district_id AND c.run_id = x.run_id AND c.collection = x.collection
        JOIN source s ON s.district_id = x.district_id AND s.source_id = x.source_id
        WHERE x.district_id = tenant() AND x.lane_id = p_lane;
END $$;

CREATE OR REPLACE FUNCTION lane_step(p_lane uuid, p_take bigint, p_pass int, p_step int, p_facts jsonb, p_cursor text, p_total bigint,
                          p_revision text, p_page_size int, p_end text DEFAULT '', p_reason text DEFAULT NULL, p_due_ms bigint DEFAULT 0)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE l lane; c run_collection; wrong text; now_state text;
BEGIN
    l := lane_mine(p_lane, p_take, p_pass, p_step);
    IF l.lane_id IS NULL THEN RETURN 'stale'; END IF;
    SELECT * INTO c FROM run_collection x WHERE x.district_id = tenant() AND x.run_id = l.run_id AND x.collection = l.collection;
    wrong := pass_contradiction(c, p_facts, p_total, p_revision, p_page_size);
    IF wrong IS NOT NULL THEN
        RETURN pass_turn(l.run_id, l.collection, l.pass, wrong, NULL);
    END IF;
    UPDATE run_collection x SET total = coalesce(x.total, p_total), revision = coalesce(x.revision, p_revision),
        page_size = coalesce(x.page_size, p_page_size)
    WHERE x.district_id = tenant() AND x.run_id = l.run_id AND x.collection = l.collection;
    PERFORM lane_list(l, p_facts);
    now_state := CASE WHEN p_end <> '' THEN p_end WHEN run_outstanding(l.run_id) >= run_credits() THEN 'waiting' ELSE 'open' END;
    UPDATE lane x SET step = x.step + 1, state = now_state, cursor = p_cursor, tries = 0, progress = '', reason = p_reason,
        received = x.received + (SELECT coalesce(sum((f ->> 'count')::int), 0) FROM jsonb_array_elements(p_facts) f),
        lease_until = NULL, lease_holder = NULL, said_at = CASE WHEN p_due_ms > 0 OR now_state = 'waiting' THEN x.said_at ELSE now() END,
        due_at = now() + greatest(p_due_ms, CASE now_state WHEN 'waiting' THEN 5000 ELSE 0 END) * interval '1 ms',
        total_first = coalesce(x.total_first, p_total), total_last = coalesce(p_total, x.total_last),
        revision_first = coalesce(x.revision_first, p_revision), revision_last = coalesce(p_revision, x.revision_last)
    WHERE x.district_id = tenant() AND x.lane_id = p_lane;
    RETURN lane_goes_on(l, now_state, p_due_ms);
END $$;

CREATE OR REPLACE FUNCTION lane_list(l lane, p_facts jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO lane_page (district_id, run_id, collection, pass, lane, place, page_id, digest, cursor, records)
    SELECT l.district_id, l.run_id, l.collection, l.pass, l.lane, b.pages + f.n - 1, f.fact ->> 'id', f.fact ->> 'digest',
           f.fact ->> 'cursor', (f.fact ->> 'count')::int
    FROM jsonb_array_elements(p_facts) WITH ORDINALITY AS f (fact, n),
         (SELECT count(*) AS pages FROM lane_page p WHERE p.district_id = l.district_id AND p.run_id = l.run_id
              AND p.collection = l.collection AND p.pass = l.pass AND p.lane = l.lane) b $$;

CREATE OR REPLACE FUNCTION lane_emit(p_lane uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE l lane; free boolean;
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    IF l.lane_id IS NULL OR NOT run_holds(l.run_id) THEN RETURN false; END IF;
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane FOR NO KEY UPDATE;
    IF l.state NOT IN ('open', 'waiting') OR l.due_at > clock_timestamp() OR l.lease_until > clock_timestamp()
       OR NOT pass_current(l.run_id, l.collection, l.pass) THEN
        RETURN false;
    END IF;
    free := l.state = 'open' OR run_outstanding(l.run_id) < run_credits();
    UPDATE lane SET said_at = CASE WHEN free THEN now() ELSE said_at END,
        due_at = CASE WHEN free THEN due_at ELSE now() + interval '5 seconds' END
    WHERE district_id = tenant() AND lane_id = p_lane;
    IF free THEN PERFORM lane_say(p_lane); END IF;
    RETURN free;
END $$;

DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rollcall'::regnamespace AND p.proname = ANY (ARRAY['run_missing', 'run_outstanding', 'run_lanes',
        'run_wake', 'page_replay', 'pass_contradiction', 'pass_turn', 'lane_take', 'lane_step', 'lane_list', 'lane_emit']) LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_fetcher, rollcall_normalizer, rollcall_reconciler, rollcall_notifier,
            rollcall_scheduler, rollcall_cli', f);
    END LOOP;
END $$;

DROP INDEX lane_page_missing, lane_page_digest;
ALTER TABLE lane_page DROP COLUMN staged;
ALTER TABLE lane DROP COLUMN start_at, DROP COLUMN until, DROP COLUMN pages;
ALTER TABLE source DROP COLUMN parallel;

RESET search_path;
