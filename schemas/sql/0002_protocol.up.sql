-- The kernel of a run (common/PROTOCOL.md R, L, C2) as functions, so that fetcher, reconciler, scheduler and command line move a
-- run's rows in one way. Every function works inside the caller's transaction, in the caller's district, with the caller's rights.
--
-- Order of locks (R0): the source's row (run_holds: FOR SHARE; source_lock: for writing), lane rows in the order of their numbers,
-- the run's row last; run_collection, lane_page and outbox are written under the run's lock. Functions are VOLATILE on purpose: each
-- statement sees what was committed before it, so what is counted in a later statement than the lock counts everything (C2).
-- A function that needs source_lock must not follow run_holds in one transaction: two such would wait for each other.

SET search_path = rollcall;

ALTER TABLE lane ADD COLUMN said_at timestamptz;                   -- when fetch.requested was last written for it by who holds the row
ALTER TABLE run ADD COLUMN woken jsonb NOT NULL DEFAULT '{}';      -- lane → step it was woken for: staging never writes lane rows (L7)

-- ---- numbers ---------------------------------------------------------------------------------------------------------------------
CREATE FUNCTION run_credits() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 16 $$;               -- L7: outstanding pages of a run
CREATE FUNCTION run_passes() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 3 $$;                 -- L4: per collection and run
CREATE FUNCTION run_pass_time() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT interval '6 hours' $$; -- L4
CREATE FUNCTION run_deadline() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT interval '20 hours' $$; -- R3
CREATE FUNCTION lane_tries() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 5 $$;                 -- L6: without progress

-- ---- events (S2) -----------------------------------------------------------------------------------------------------------------
CREATE FUNCTION event_add(p_run uuid, p_topic text, p_key text, p_data jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
    SELECT tenant(), r.run_id, p_topic, p_key, p_data, r.traceparent
    FROM run r WHERE r.district_id = tenant() AND r.run_id = p_run $$;

-- fetch.requested for where the lane stands now (L1).
CREATE FUNCTION lane_say(p_lane uuid) RETURNS void LANGUAGE sql AS $$
    SELECT event_add(l.run_id, 'fetch.requested', l.lane_id::text, jsonb_build_object('lane', l.lane_id, 'run', l.run_id,
        'source', l.source_id, 'collection', l.collection, 'pass', l.pass, 'step', l.step))
    FROM lane l WHERE l.district_id = tenant() AND l.lane_id = p_lane $$;

-- An alert's row and its event.
CREATE FUNCTION alert_add(p_run uuid, p_kind text, p_message text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE id uuid := uuid7();
BEGIN
    INSERT INTO alert (district_id, alert_id, run_id, kind, message) VALUES (tenant(), id, p_run, p_kind, p_message);
    PERFORM event_add(p_run, 'alert.raised', tenant()::text,
        jsonb_build_object('alert', id, 'run', p_run, 'kind', p_kind, 'message', p_message));
END $$;

-- ---- locks (R0) --------------------------------------------------------------------------------------------------------------------
-- Does the run hold its source's token now (R2)? Stays so until the transaction's end.
CREATE FUNCTION run_holds(p_run uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE held boolean;
BEGIN
    SELECT s.active_run IS NOT DISTINCT FROM p_run INTO held FROM source s
    WHERE s.district_id = tenant()
      AND s.source_id = (SELECT r.source_id FROM run r WHERE r.district_id = tenant() AND r.run_id = p_run)
    FOR SHARE OF s;
    RETURN coalesce(held, false);
END $$;

-- The source's row for moving the token. NO KEY: runs may still be inserted beside.
CREATE FUNCTION source_lock(p_run uuid) RETURNS source LANGUAGE plpgsql AS $$
DECLARE s source;
BEGIN
    SELECT x.* INTO s FROM source x
    WHERE x.district_id = tenant()
      AND x.source_id = (SELECT r.source_id FROM run r WHERE r.district_id = tenant() AND r.run_id = p_run)
    FOR NO KEY UPDATE OF x;
    RETURN s;
END $$;

CREATE FUNCTION lanes_lock(p_run uuid, p_collection text, p_pass int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM lane l WHERE l.district_id = tenant() AND l.run_id = p_run AND l.collection = p_collection AND l.pass = p_pass
    ORDER BY l.lane FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION run_lock(p_run uuid) RETURNS run LANGUAGE plpgsql AS $$
DECLARE r run;
BEGIN
    SELECT x.* INTO r FROM run x WHERE x.district_id = tenant() AND x.run_id = p_run FOR NO KEY UPDATE;
    RETURN r;
END $$;

-- ---- what is counted: read only, for use under the run's lock, in a later statement than it -----------------------------------------
-- Listed pages of the current passes that the ledger lacks; dead: an open dead letter keeps the page.
CREATE FUNCTION run_missing(p_run uuid) RETURNS TABLE (collection text, pass smallint, lane smallint, place int, page_id text,
                                                       listed_at timestamptz, dead boolean) LANGUAGE sql VOLATILE AS $$
    SELECT p.collection, p.pass, p.lane, p.place, p.page_id, p.listed_at,
           EXISTS (SELECT FROM dead_letter d WHERE d.district_id = tenant() AND d.run_id = p_run AND d.page_id = p.page_id
                   AND d.state = 'open')
    FROM run_collection c
    JOIN lane_page p ON p.district_id = c.district_id AND p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
    WHERE c.district_id = tenant() AND c.run_id = p_run AND NOT p.struck
      AND NOT EXISTS (SELECT FROM page_ledger g WHERE g.district_id = tenant() AND g.run_id = p_run AND g.page_id = p.page_id) $$;

-- L7: pages on their way.
CREATE FUNCTION run_outstanding(p_run uuid) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(*) FROM run_missing(p_run) m WHERE NOT m.dead $$;

-- Lanes of the current passes.
CREATE FUNCTION run_lanes(p_run uuid) RETURNS SETOF lane LANGUAGE sql VOLATILE AS $$
    SELECT l.* FROM run_collection c
    JOIN lane l ON l.district_id = c.district_id AND l.run_id = c.run_id AND l.collection = c.collection AND l.pass = c.pass
    WHERE c.district_id = tenant() AND c.run_id = p_run $$;

-- ---- asking for runs, beginning them (R2) ---------------------------------------------------------------------------------------------
-- A new trace (W3C traceparent), for requests that bring none.
CREATE FUNCTION trace_new() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT format('00-%s-%s-01', replace(gen_random_uuid()::text, '-', ''), left(replace(gen_random_uuid()::text, '-', ''), 16)) $$;

-- A Scheduled run of the source; further requests join the one that is there.
CREATE FUNCTION run_request(p_source uuid, p_by text, p_test boolean DEFAULT false, p_traceparent text DEFAULT '') RETURNS uuid
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

-- The run gets its source's token, a mirror version to compare with (R5), a deadline (R3), collections and lanes (L1). False: not now.
CREATE FUNCTION run_begin(p_run uuid) RETURNS boolean LANGUAGE plpgsql AS $$
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
    FOREACH c IN ARRAY ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']
                       || CASE WHEN s.demographics THEN ARRAY['demographics'] ELSE '{}' END LOOP
        INSERT INTO run_collection (district_id, run_id, collection) VALUES (tenant(), p_run, c);
        PERFORM pass_lanes(p_run, c);
    END LOOP;
    RETURN true;
END $$;

-- Lane rows of a collection's present pass, and their first requests.
CREATE FUNCTION pass_lanes(p_run uuid, p_collection text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE id uuid;
BEGIN
    FOR id IN
        INSERT INTO lane (district_id, run_id, source_id, collection, pass, lane, said_at)
        SELECT tenant(), p_run, r.source_id, c.collection, c.pass, n, now()
        FROM run_collection c JOIN run r ON r.district_id = c.district_id AND r.run_id = c.run_id,
             generate_series(0, c.lanes - 1) n
        WHERE c.district_id = tenant() AND c.run_id = p_run AND c.collection = p_collection
        RETURNING lane_id
    LOOP
        PERFORM lane_say(id);
    END LOOP;
END $$;

-- ---- ready (C2), waking (L7) ------------------------------------------------------------------------------------------------------------
-- Ends stage, lane-end and discard transactions: whichever completes the set moves the phase and says snapshot.ready. True: it was this one.
CREATE FUNCTION run_test_ready(p_run uuid) RETURNS boolean LANGUAGE plpgsql AS $$
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

-- Requests for waiting lanes where credits are free, without writing the lanes' rows; once per lane and step. How many were woken.
CREATE FUNCTION run_wake(p_run uuid) RETURNS int LANGUAGE plpgsql AS $$
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

-- ---- passes (L4) -----------------------------------------------------------------------------------------------------------------------
-- What contradicts the pass in a step's facts, in words; NULL: nothing. Unknown totals and revisions contradict nothing.
CREATE FUNCTION pass_contradiction(c run_collection, p_facts jsonb, p_total bigint, p_revision text, p_page_size int) RETURNS text
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

-- The next pass of a collection, or its end. Under locks, where the run is fetching and the collection in p_pass.
CREATE FUNCTION pass_turn(p_run uuid, p_collection text, p_pass int, p_reason text, p_page_size int) RETURNS text LANGUAGE plpgsql AS $$
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

-- The last pass is over: unsealed, without the pages that nobody has.
CREATE FUNCTION pass_last(p_run uuid, p_collection text, p_pass int, p_reason text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE lane_page p SET struck = true FROM run_missing(p_run) m
    WHERE p.district_id = tenant() AND p.run_id = p_run AND p.collection = p_collection AND p.pass = p_pass
      AND m.collection = p.collection AND m.page_id = p.page_id AND NOT m.dead;
    UPDATE dead_letter SET state = 'closed', closed_at = now(), closed_reason = 'the collection ended unsealed'
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection AND state = 'open' AND page_id IS NULL;
    UPDATE lane SET state = 'unsealed', reason = p_reason, lease_until = NULL
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection AND pass = p_pass AND state <> 'sealed';
    UPDATE run_collection SET sealed = false, reason = p_reason
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection;
    PERFORM run_test_ready(p_run);
    RETURN 'unsealed';
END $$;

-- A new pass from outside of a lane: a pass past its time, pages missing for an hour (C2). 'stale': the pass is not the present one.
CREATE FUNCTION pass_new(p_run uuid, p_collection text, p_pass int, p_reason text, p_page_size int DEFAULT NULL) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT run_holds(p_run) THEN RETURN 'stale'; END IF;
    PERFORM lanes_lock(p_run, p_collection, p_pass);
    IF NOT pass_current(p_run, p_collection, p_pass) THEN RETURN 'stale'; END IF;
    RETURN pass_turn(p_run, p_collection, p_pass, p_reason, p_page_size);
END $$;

-- Locks the run's row and, in a later statement, looks whether the run fetches this pass.
CREATE FUNCTION pass_current(p_run uuid, p_collection text, p_pass int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF (run_lock(p_run)).phase IS DISTINCT FROM 'fetching' THEN RETURN false; END IF;
    RETURN EXISTS (SELECT FROM run_collection WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection
                   AND pass = p_pass);
END $$;

-- After lanes ended: a collection is sealed when all lanes of its pass are, and nothing was struck from it (L5).
CREATE FUNCTION collection_seal(p_run uuid, p_collection text) RETURNS void LANGUAGE sql AS $$
    UPDATE run_collection c SET sealed = c.sealed IS DISTINCT FROM false AND x.whole, reason = coalesce(c.reason, x.reason)
    FROM (SELECT bool_and(l.state = 'sealed') AS whole, bool_or(l.state NOT IN ('sealed', 'unsealed')) AS busy,
                 min(l.reason) FILTER (WHERE l.state = 'unsealed') AS reason
          FROM run_lanes(p_run) l WHERE l.collection = p_collection) x
    WHERE c.district_id = tenant() AND c.run_id = p_run AND c.collection = p_collection AND NOT x.busy $$;

-- ---- lanes: take, renew, step, defer, fail (L1, L2, L6) ------------------------------------------------------------------------------------
-- Takes a lane for one task. No row: old news, a live lease, not due, no credits, ended, or just failed (fifth try without progress).
-- p_progress: the cursor of the task's checkpoint; further than any take saw before, it is progress (L6).
-- p_origin: where the request stood ({"topic", "partition", "offset", "key", "stage", "version"}), for the dead letter.
CREATE FUNCTION lane_take(p_lane uuid, p_pass int, p_step int, p_holder text, p_lease_ms bigint, p_progress text DEFAULT '',
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

-- Heartbeat. False: somebody else has it, or it is over: stop.
CREATE FUNCTION lane_renew(p_lane uuid, p_take bigint, p_lease_ms bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE lane SET lease_until = clock_timestamp() + p_lease_ms * interval '1 ms'
    WHERE district_id = tenant() AND lane_id = p_lane AND take = p_take AND state = 'open' AND lease_until IS NOT NULL;
    RETURN FOUND;
END $$;

-- The task ends for a reason of ours (a drain): the try does not count, the lane is free at once. False: stale.
CREATE FUNCTION lane_release(p_lane uuid, p_take bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE lane SET lease_until = NULL, lease_holder = NULL, tries = greatest(tries - 1, 0)
    WHERE district_id = tenant() AND lane_id = p_lane AND take = p_take AND state = 'open';
    RETURN FOUND;
END $$;

-- Locks (source, the pass's lanes, run) and gives the lane where this take of it still counts; else a row of NULLs (L1, L4).
CREATE FUNCTION lane_mine(p_lane uuid, p_take bigint, p_pass int, p_step int) RETURNS lane LANGUAGE plpgsql AS $$
DECLARE l lane; none lane;
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    IF l.lane_id IS NULL OR l.pass <> p_pass OR NOT run_holds(l.run_id) THEN RETURN none; END IF;
    PERFORM lanes_lock(l.run_id, l.collection, l.pass);
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    IF l.take <> p_take OR l.step <> p_step OR l.state <> 'open' OR NOT pass_current(l.run_id, l.collection, l.pass) THEN
        RETURN none;
    END IF;
    RETURN l;
END $$;

-- A task's commit (L2). p_facts: [{"id", "digest", "cursor", "count"}, …] of its pages. p_end: '' or 'sealed' or 'unsealed' with
-- p_reason. p_due_ms > 0: goes on no sooner than then. What became of it: 'stale', 'next', 'waiting', 'deferred', 'ended', 'new pass',
-- 'unsealed' (contradicted in the last pass).
CREATE FUNCTION lane_step(p_lane uuid, p_take bigint, p_pass int, p_step int, p_facts jsonb, p_cursor text, p_total bigint,
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

-- The facts of a task, behind those that the lane has (L3).
CREATE FUNCTION lane_list(l lane, p_facts jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO lane_page (district_id, run_id, collection, pass, lane, place, page_id, digest, cursor, records)
    SELECT l.district_id, l.run_id, l.collection, l.pass, l.lane, b.pages + f.n - 1, f.fact ->> 'id', f.fact ->> 'digest',
           f.fact ->> 'cursor', (f.fact ->> 'count')::int
    FROM jsonb_array_elements(p_facts) WITH ORDINALITY AS f (fact, n),
         (SELECT count(*) AS pages FROM lane_page p WHERE p.district_id = l.district_id AND p.run_id = l.run_id
              AND p.collection = l.collection AND p.pass = l.pass AND p.lane = l.lane) b $$;

-- What follows a step: the next request, the wait for credits (its due_at is set), or the lane's end and the test for ready.
CREATE FUNCTION lane_goes_on(l lane, p_state text, p_due_ms bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF p_state = 'open' AND p_due_ms > 0 THEN RETURN 'deferred'; END IF;
    IF p_state = 'open' THEN
        PERFORM lane_say(l.lane_id);
        RETURN 'next';
    END IF;
    IF p_state = 'waiting' THEN RETURN 'waiting'; END IF;
    PERFORM collection_seal(l.run_id, l.collection);
    PERFORM run_test_ready(l.run_id);
    RETURN 'ended';
END $$;

-- A new pass from within a lane: the source contradicted itself, or a smaller page is needed (L4). Outcomes as lane_step.
CREATE FUNCTION lane_restart(p_lane uuid, p_take bigint, p_pass int, p_step int, p_reason text, p_page_size int DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE l lane;
BEGIN
    l := lane_mine(p_lane, p_take, p_pass, p_step);
    IF l.lane_id IS NULL THEN RETURN 'stale'; END IF;
    RETURN pass_turn(l.run_id, l.collection, l.pass, p_reason, p_page_size);
END $$;

-- Smaller pages. The page size belongs to the pass (L4): before its first commit it is simply set, later it takes a new pass.
-- p_due_ms 0: the page was too large, which a smaller one mends, so no try is counted; else trouble that may pass: as lane_defer.
-- 'shrunk', 'new pass', 'failed', 'stale'; 'last': neither is possible any more.
CREATE FUNCTION lane_shrink(p_lane uuid, p_take bigint, p_pass int, p_step int, p_reason text, p_page_size int, p_due_ms bigint DEFAULT 0,
                            p_origin jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE l lane;
BEGIN
    l := lane_mine(p_lane, p_take, p_pass, p_step);
    IF l.lane_id IS NULL THEN RETURN 'stale'; END IF;
    IF p_due_ms > 0 AND l.tries >= lane_tries() THEN
        PERFORM lane_break(l, p_reason, p_origin);
        RETURN 'failed';
    END IF;
    IF EXISTS (SELECT FROM lane x WHERE x.district_id = tenant() AND x.run_id = l.run_id AND x.collection = l.collection
               AND x.pass = l.pass AND x.step > 0) THEN
        IF l.pass >= run_passes() THEN RETURN 'last'; END IF;
        RETURN pass_turn(l.run_id, l.collection, l.pass, p_reason, p_page_size);
    END IF;
    UPDATE run_collection x SET page_size = p_page_size
    WHERE x.district_id = tenant() AND x.run_id = l.run_id AND x.collection = l.collection;
    UPDATE lane x SET lease_until = NULL, lease_holder = NULL, reason = p_reason, due_at = now() + p_due_ms * interval '1 ms',
        tries = CASE WHEN p_due_ms > 0 THEN x.tries ELSE 0 END, said_at = CASE WHEN p_due_ms > 0 THEN x.said_at ELSE now() END
    WHERE x.district_id = tenant() AND x.lane_id = p_lane;
    IF p_due_ms = 0 THEN PERFORM lane_say(p_lane); END IF;
    RETURN 'shrunk';
END $$;

-- Trouble with the source (L6): the lane is due later, its message is done. At the fifth try without progress it fails instead.
-- 'stale', 'deferred' or 'failed'.
CREATE FUNCTION lane_defer(p_lane uuid, p_take bigint, p_due_ms bigint, p_reason text, p_origin jsonb DEFAULT '{}') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE l lane;
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    l := lane_mine(p_lane, p_take, l.pass, l.step);
    IF l.lane_id IS NULL THEN RETURN 'stale'; END IF;
    IF l.tries >= lane_tries() THEN
        PERFORM lane_break(l, p_reason, p_origin);
        RETURN 'failed';
    END IF;
    UPDATE lane SET due_at = now() + p_due_ms * interval '1 ms', lease_until = NULL, lease_holder = NULL, reason = p_reason
    WHERE district_id = tenant() AND lane_id = p_lane;
    RETURN 'deferred';
END $$;

-- What further tries cannot mend. False: stale.
CREATE FUNCTION lane_fail(p_lane uuid, p_take bigint, p_reason text, p_origin jsonb DEFAULT '{}') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE l lane;
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    l := lane_mine(p_lane, p_take, l.pass, l.step);
    IF l.lane_id IS NULL THEN RETURN false; END IF;
    PERFORM lane_break(l, p_reason, p_origin);
    RETURN true;
END $$;

-- Failed: a dead letter that names the lane, and an alert with the run's first such failure. Under locks; parking is a transaction of
-- its own (R4).
CREATE FUNCTION lane_break(l lane, p_reason text, p_origin jsonb) RETURNS void LANGUAGE plpgsql AS $$
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

-- ---- the sweep's lanes (L6, L7) -----------------------------------------------------------------------------------------------------------
-- Lanes of all districts that are due, or whose lease ran out, and that nobody spoke of since then (or for a minute).
CREATE FUNCTION lanes_due(p_limit int) RETURNS TABLE (district_id uuid, lane_id uuid) LANGUAGE sql VOLATILE AS $$
    SELECT l.district_id, l.lane_id FROM lane l
    JOIN source s ON s.district_id = l.district_id AND s.source_id = l.source_id AND s.active_run = l.run_id
    WHERE l.state IN ('open', 'waiting') AND l.due_at <= now() AND (l.lease_until IS NULL OR l.lease_until <= now())
      AND (l.said_at IS NULL OR l.said_at < greatest(l.due_at, l.lease_until) OR l.said_at < now() - interval '1 minute')
    ORDER BY l.due_at LIMIT p_limit $$;

-- Says a due lane's request. A waiting lane without credits waits on. False: not due any more.
CREATE FUNCTION lane_emit(p_lane uuid) RETURNS boolean LANGUAGE plpgsql AS $$
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

-- ---- parking, going on, ending (R2-R4): transactions of their own ---------------------------------------------------------------------------
-- The token is free: a Scheduled run behind it is spoken of.
CREATE FUNCTION source_free(p_source uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE behind uuid;
BEGIN
    UPDATE source SET active_run = NULL WHERE district_id = tenant() AND source_id = p_source;
    SELECT run_id INTO behind FROM run
    WHERE district_id = tenant() AND source_id = p_source AND phase = 'scheduled' AND finished_at IS NULL;
    IF behind IS NOT NULL THEN
        PERFORM event_add(behind, 'run.requested', p_source::text, jsonb_build_object('run', behind, 'source', p_source));
    END IF;
END $$;

-- Waits the fetching run for a person? Every lane ended or failed, something failed or missing, all that is missing a dead letter.
CREATE FUNCTION run_waits_for_person(p_run uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT NOT EXISTS (SELECT FROM run_lanes(p_run) l WHERE l.state NOT IN ('sealed', 'unsealed', 'failed'))
       AND NOT EXISTS (SELECT FROM run_missing(p_run) m WHERE NOT m.dead)
       AND (EXISTS (SELECT FROM run_lanes(p_run) l WHERE l.state = 'failed') OR EXISTS (SELECT FROM run_missing(p_run))) $$;

-- Parks a run that waits for a person; with p_phase: one whose message of that phase was set aside. True: it is parked now.
CREATE FUNCTION run_park(p_run uuid, p_phase text DEFAULT 'fetching') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE s source; r run;
BEGIN
    s := source_lock(p_run);
    r := run_lock(p_run);
    IF s.active_run IS DISTINCT FROM p_run OR r.phase <> p_phase THEN RETURN false; END IF;
    IF p_phase = 'fetching' AND NOT run_waits_for_person(p_run) THEN RETURN false; END IF;
    UPDATE run SET parked = true, state = 'Paused' WHERE district_id = tenant() AND run_id = p_run;
    PERFORM source_free(s.source_id);
    RETURN true;
END $$;

-- NULL: the run holds the token (again) and may go on. Else why not, in words.
CREATE FUNCTION run_resume(p_run uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE s source; r run;
BEGIN
    s := source_lock(p_run);
    r := run_lock(p_run);
    IF s.active_run = p_run THEN RETURN NULL; END IF;
    IF r.run_id IS NULL THEN RETURN 'there is no such run'; END IF;
    IF NOT r.parked THEN RETURN format('the run is over (%s): start a new one', r.state); END IF;
    IF s.active_run IS NOT NULL THEN RETURN 'another run of the source is active: let it end, or start a new run after it'; END IF;
    IF s.removed_at IS NOT NULL THEN RETURN 'the source was removed'; END IF;
    IF s.mirror_version <> r.base_mirror_version THEN
        RETURN 'a later run has brought newer records: start a new run instead';
    END IF;
    UPDATE source SET active_run = p_run, token = token + 1 WHERE district_id = tenant() AND source_id = s.source_id;
    UPDATE run SET parked = false, state = 'Running', token = s.token + 1, failure = NULL, deadline_at = now() + run_deadline()
    WHERE district_id = tenant() AND run_id = p_run;
    RETURN NULL;
END $$;

-- Ends a run before its mirror commit, or whenever nothing of it stands: Failed, Cancelled, Superseded. False: it was over.
CREATE FUNCTION run_fail(p_run uuid, p_words text, p_state text DEFAULT 'Failed') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE s source; r run;
BEGIN
    s := source_lock(p_run);
    r := run_lock(p_run);
    IF r.run_id IS NULL OR r.finished_at IS NOT NULL THEN RETURN false; END IF;
    PERFORM run_end(r, p_state, p_words);
    IF s.active_run = p_run THEN PERFORM source_free(s.source_id); END IF;
    RETURN true;
END $$;

-- The row, the dead letters and the event of a run's end. Under locks.
CREATE FUNCTION run_end(r run, p_state text, p_words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE run x SET phase = 'done', state = p_state, parked = false, failure = p_words, finished_at = now()
    WHERE x.district_id = tenant() AND x.run_id = r.run_id;
    UPDATE dead_letter SET state = 'closed', closed_at = now(), closed_reason = 'its run has ended'
    WHERE district_id = tenant() AND run_id = r.run_id AND state = 'open';
    PERFORM event_add(r.run_id, 'run.finished', r.source_id::text,
        jsonb_build_object('run', r.run_id, 'source', r.source_id, 'state', p_state));
END $$;

-- For the mirror commit, under its lock of the source's row (R4): every parked run of the source is Superseded. How many.
CREATE FUNCTION run_supersede_parked(p_source uuid, p_except uuid) RETURNS int LANGUAGE plpgsql AS $$
DECLARE r run; n int := 0;
BEGIN
    FOR r IN SELECT * FROM run x WHERE x.district_id = tenant() AND x.source_id = p_source AND x.parked AND x.run_id <> p_except
             ORDER BY x.run_id FOR NO KEY UPDATE LOOP
        PERFORM run_end(r, 'Superseded', 'a later run has brought newer records');
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;

-- ---- what a person does with dead letters (R4, C2): NULL, or why not, in words ----------------------------------------------------------------
CREATE FUNCTION dead_letter_close(p_run uuid, p_page text, p_lane uuid, p_state text, p_by text) RETURNS void LANGUAGE sql AS $$
    UPDATE dead_letter SET state = p_state, closed_at = now(), closed_by = p_by
    WHERE district_id = tenant() AND run_id = p_run AND state = 'open'
      AND page_id IS NOT DISTINCT FROM p_page AND lane_id IS NOT DISTINCT FROM coalesce(p_lane, lane_id) $$;

-- The run goes on and the page's dead letter is closed; the caller then sends the page again.
CREATE FUNCTION page_replay(p_run uuid, p_page text, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text := run_resume(p_run);
BEGIN
    IF refused IS NULL THEN PERFORM dead_letter_close(p_run, p_page, NULL, 'replayed', p_by); END IF;
    RETURN refused;
END $$;

-- Strikes the page; the collection is unsealed. A run that may not go on ends as Superseded.
CREATE FUNCTION page_discard(p_run uuid, p_page text, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text := run_resume(p_run); m record;
BEGIN
    PERFORM dead_letter_close(p_run, p_page, NULL, 'discarded', p_by);
    IF refused IS NOT NULL THEN
        PERFORM run_fail(p_run, refused, 'Superseded');
        RETURN refused;
    END IF;
    SELECT * INTO m FROM run_missing(p_run) x WHERE x.page_id = p_page;
    IF m.page_id IS NULL THEN RETURN NULL; END IF; -- of an old pass, unlisted, or staged meanwhile
    UPDATE lane_page SET struck = true WHERE district_id = tenant() AND run_id = p_run AND page_id = p_page AND pass = m.pass;
    UPDATE run_collection SET sealed = false, reason = 'a page that could not be read was left out by a person'
    WHERE district_id = tenant() AND run_id = p_run AND collection = m.collection;
    PERFORM run_test_ready(p_run);
    PERFORM run_wake(p_run);
    RETURN NULL;
END $$;

-- Locks for a person's act on a failed lane, and lets its run go on.
CREATE FUNCTION lane_resume(p_lane uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE l lane;
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    IF l.lane_id IS NULL THEN RETURN 'there is no such lane'; END IF;
    PERFORM source_lock(l.run_id);
    PERFORM lanes_lock(l.run_id, l.collection, l.pass);
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    IF l.state <> 'failed' THEN RETURN format('the lane is not failed, it is %s', l.state); END IF;
    RETURN run_resume(l.run_id);
END $$;

-- Tries a failed lane again, from where it stood.
CREATE FUNCTION lane_reopen(p_lane uuid, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text := lane_resume(p_lane); id uuid;
BEGIN
    IF refused IS NOT NULL THEN RETURN refused; END IF;
    UPDATE lane SET state = 'open', tries = 0, progress = '', reason = NULL, lease_until = NULL, due_at = now(), said_at = now()
    WHERE district_id = tenant() AND lane_id = p_lane RETURNING run_id INTO id;
    PERFORM dead_letter_close(id, NULL, p_lane, 'replayed', p_by);
    PERFORM lane_say(p_lane);
    RETURN NULL;
END $$;

-- Does without the rest of a failed lane: unsealed.
CREATE FUNCTION lane_discard(p_lane uuid, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text := lane_resume(p_lane); l lane;
BEGIN
    IF refused IS NOT NULL THEN RETURN refused; END IF;
    UPDATE lane SET state = 'unsealed' WHERE district_id = tenant() AND lane_id = p_lane RETURNING * INTO l;
    PERFORM dead_letter_close(l.run_id, NULL, p_lane, 'discarded', p_by);
    PERFORM collection_seal(l.run_id, l.collection);
    PERFORM run_test_ready(l.run_id);
    PERFORM run_wake(l.run_id);
    RETURN NULL;
END $$;

-- The message of a run's phase was set aside and the run parked (run_park with that phase): says snapshot.ready again.
CREATE FUNCTION run_replay(p_run uuid, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text := run_resume(p_run); r run;
BEGIN
    IF refused IS NOT NULL THEN RETURN refused; END IF;
    SELECT * INTO r FROM run WHERE district_id = tenant() AND run_id = p_run;
    IF r.phase = 'fetching' THEN RETURN 'the run still fetches: replay its pages or lanes'; END IF;
    PERFORM dead_letter_close(p_run, NULL, NULL, 'replayed', p_by);
    PERFORM event_add(p_run, 'snapshot.ready', r.source_id::text, jsonb_build_object('run', p_run, 'source', r.source_id));
    RETURN NULL;
END $$;

-- Whoever calls, names mean this schema.
DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p JOIN pg_language g ON g.oid = p.prolang
             WHERE p.pronamespace = 'rollcall'::regnamespace AND g.lanname IN ('plpgsql', 'sql')
               AND p.provolatile = 'v' AND p.proname NOT IN ('uuid7', 'outbox_notify') LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
    END LOOP;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rollcall TO rollcall_fetcher, rollcall_normalizer, rollcall_reconciler, rollcall_notifier,
    rollcall_scheduler, rollcall_cli;

RESET search_path;
