-- Full size: lanes side by side (L4), credits that cost the same at every size (L7), pages in parts (N3), a mirror that is compared
-- with in one statement (C1). What is counted while a run moves is found by an index of what is missing, never by reading all pages.

SET search_path = rollcall;

-- How many lanes a collection of this source may be read in at once; most systems are read by one.
ALTER TABLE source ADD COLUMN parallel smallint NOT NULL DEFAULT 1 CHECK (parallel BETWEEN 1 AND 8);

ALTER TABLE lane
    ADD COLUMN start_at bigint NOT NULL DEFAULT 0,   -- the first record of its range
    ADD COLUMN until bigint,                         -- where the next lane begins; NULL: the range ends with the collection
    ADD COLUMN pages int NOT NULL DEFAULT 0;         -- that it lists
-- staged: the page is in the ledger. Written by whoever of listing and staging comes second, both under the run's lock.
ALTER TABLE lane_page ADD COLUMN staged boolean NOT NULL DEFAULT false;

-- What is there already, in all districts.
ALTER TABLE lane NO FORCE ROW LEVEL SECURITY;
ALTER TABLE lane_page NO FORCE ROW LEVEL SECURITY;
ALTER TABLE page_ledger NO FORCE ROW LEVEL SECURITY;
UPDATE lane l SET pages = (SELECT count(*) FROM lane_page p WHERE p.district_id = l.district_id AND p.run_id = l.run_id
                               AND p.collection = l.collection AND p.pass = l.pass AND p.lane = l.lane);
UPDATE lane_page p SET staged = true FROM page_ledger g
WHERE g.district_id = p.district_id AND g.run_id = p.run_id AND g.page_id = p.page_id;
ALTER TABLE lane FORCE ROW LEVEL SECURITY;
ALTER TABLE lane_page FORCE ROW LEVEL SECURITY;
ALTER TABLE page_ledger FORCE ROW LEVEL SECURITY;

CREATE INDEX lane_page_missing ON lane_page (district_id, run_id) WHERE NOT staged AND NOT struck;
CREATE INDEX lane_page_digest ON lane_page (district_id, run_id, digest);

CREATE FUNCTION page_ledger_note() RETURNS trigger LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    UPDATE lane_page SET staged = true
    WHERE district_id = NEW.district_id AND run_id = NEW.run_id AND page_id = NEW.page_id AND NOT staged;
    RETURN NULL;
END $$;
CREATE TRIGGER page_ledger_note AFTER INSERT ON page_ledger FOR EACH ROW EXECUTE FUNCTION page_ledger_note();

-- L7's cap in total: how many pages of a source are on their way, as its run last counted them. Operational; read over all districts.
-- A run that died leaves its row behind, which is believed for ten minutes.
CREATE TABLE flow (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    pages int NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (district_id, source_id),
    FOREIGN KEY (district_id, source_id) REFERENCES source
) WITH (fillfactor = 20);
ALTER TABLE flow ENABLE ROW LEVEL SECURITY;
ALTER TABLE flow FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON flow USING (district_id = tenant()) WITH CHECK (district_id = tenant());
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['rollcall_fetcher', 'rollcall_reconciler', 'rollcall_scheduler', 'rollcall_cli'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON flow TO %I', r);
        EXECUTE format('CREATE POLICY all_districts_%s ON flow FOR SELECT TO %I USING (true)', r, r);
    END LOOP;
END $$;

-- ---- numbers ---------------------------------------------------------------------------------------------------------------------
CREATE FUNCTION flow_cap() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 256 $$;                 -- L7: pages of all runs
CREATE FUNCTION run_credits_least() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 4 $$;          -- L7: of a run while the cap is reached
CREATE FUNCTION lane_pages_least() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 4 $$;           -- L4: no lane is shorter

-- L7: credits of a run. While all runs together have the cap on their way, each keeps a few, so that its own staging wakes it.
CREATE FUNCTION run_credits_now() RETURNS int LANGUAGE plpgsql VOLATILE SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN coalesce(sum(f.pages), 0) >= flow_cap() THEN run_credits_least() ELSE run_credits() END
            FROM flow f WHERE f.at > now() - interval '10 minutes');
END $$;

-- ---- what is counted --------------------------------------------------------------------------------------------------------------
-- As in 0002, by the index of what is missing. In PL/pgSQL, which plans a statement once per connection: a page's staging asks some ten
-- times.
CREATE OR REPLACE FUNCTION run_missing(p_run uuid) RETURNS TABLE (collection text, pass smallint, lane smallint, place int, page_id text,
    listed_at timestamptz, dead boolean) LANGUAGE plpgsql VOLATILE SET search_path = rollcall, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT p.collection, p.pass, p.lane, p.place, p.page_id, p.listed_at,
           EXISTS (SELECT FROM dead_letter d WHERE d.district_id = tenant() AND d.run_id = p_run AND d.page_id = p.page_id
                   AND d.state = 'open')
    FROM lane_page p
    JOIN run_collection c ON c.district_id = p.district_id AND c.run_id = p.run_id AND c.collection = p.collection AND c.pass = p.pass
    WHERE p.district_id = tenant() AND p.run_id = p_run AND NOT p.struck AND NOT p.staged;
END $$;

CREATE OR REPLACE FUNCTION run_outstanding(p_run uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*) FROM run_missing(p_run) m WHERE NOT m.dead);
END $$;

CREATE OR REPLACE FUNCTION run_lanes(p_run uuid) RETURNS SETOF lane LANGUAGE plpgsql VOLATILE SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT l.* FROM run_collection c
    JOIN lane l ON l.district_id = c.district_id AND l.run_id = c.run_id AND l.collection = c.collection AND l.pass = c.pass
    WHERE c.district_id = tenant() AND c.run_id = p_run;
END $$;

-- L7: pages on their way, noted for the cap in total. Under the run's lock.
CREATE FUNCTION run_flow(r run) RETURNS bigint LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE n bigint := run_outstanding(r.run_id); f flow;
BEGIN
    SELECT * INTO f FROM flow x WHERE x.district_id = tenant() AND x.source_id = r.source_id;
    IF f.at IS NULL THEN
        INSERT INTO flow (district_id, source_id, pages, at) VALUES (tenant(), r.source_id, n, now());
    ELSIF abs(f.pages - n) >= 4 OR (n = 0 AND f.pages > 0) OR f.at < now() - interval '1 minute' THEN
        UPDATE flow x SET pages = n, at = now() WHERE x.district_id = tenant() AND x.source_id = r.source_id;
    END IF;
    RETURN n;
END $$;

-- As in 0002, with the credits of now. Most pages find no lane waiting, and then nothing is counted: the run's lock is held by who
-- stages, and all others of the run wait for it.
CREATE OR REPLACE FUNCTION run_wake(p_run uuid) RETURNS int LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE r run; l lane; n int := 0;
BEGIN
    IF NOT run_holds(p_run) THEN RETURN 0; END IF;
    r := run_lock(p_run);
    IF r.phase <> 'fetching' OR NOT EXISTS (SELECT FROM lane x WHERE x.district_id = tenant() AND x.run_id = p_run AND x.state = 'waiting')
       OR run_flow(r) >= run_credits_now() THEN
        RETURN 0;
    END IF;
    FOR l IN SELECT * FROM run_lanes(p_run) x WHERE x.state = 'waiting' AND r.woken ->> x.lane_id::text IS DISTINCT FROM x.step::text LOOP
        PERFORM lane_say(l.lane_id);
        UPDATE run SET woken = woken || jsonb_build_object(l.lane_id, l.step) WHERE district_id = tenant() AND run_id = p_run;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;

-- ---- pages in parts (N3) ------------------------------------------------------------------------------------------------------------
-- Ends the transaction that staged a part: with the last part of one version the page is in the ledger, which closes its dead letters,
-- may make the run ready (C2) and may wake lanes (L7). The run's row first: two parts that commit together would each miss the other.
CREATE FUNCTION stage_page(p_run uuid, p_page text, p_version text, p_parts int) RETURNS void LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM run_lock(p_run);
    IF (SELECT count(*) FROM batch_ledger b WHERE b.district_id = tenant() AND b.run_id = p_run AND b.page_id = p_page
            AND b.normalizer_version = p_version AND b.parts = p_parts) < p_parts THEN
        RETURN;
    END IF;
    INSERT INTO page_ledger (district_id, run_id, page_id, normalizer_version) VALUES (tenant(), p_run, p_page, p_version)
    ON CONFLICT DO NOTHING;
    UPDATE dead_letter d SET state = 'closed', closed_at = now(), closed_by = 'rollcall-reconciler', closed_reason = 'the page was staged'
    WHERE d.district_id = tenant() AND d.run_id = p_run AND d.page_id = p_page AND d.state = 'open';
    IF run_test_ready(p_run) THEN
        UPDATE flow f SET pages = 0, at = now() FROM run r
        WHERE r.district_id = tenant() AND r.run_id = p_run AND f.district_id = tenant() AND f.source_id = r.source_id;
    ELSE
        PERFORM run_wake(p_run);
    END IF;
END $$;

-- As in 0002; with p_letter, that letter alone is closed: each part of a page has its own, and its own message to be sent again.
DROP FUNCTION page_replay(uuid, text, text);
CREATE FUNCTION page_replay(p_run uuid, p_page text, p_by text, p_letter uuid DEFAULT NULL) RETURNS text LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE refused text := run_resume(p_run);
BEGIN
    IF refused IS NOT NULL THEN RETURN refused; END IF;
    UPDATE dead_letter SET state = 'replayed', closed_at = now(), closed_by = p_by
    WHERE district_id = tenant() AND run_id = p_run AND page_id = p_page AND state = 'open'
      AND dead_letter_id = coalesce(p_letter, dead_letter_id);
    RETURN NULL;
END $$;

-- ---- passes and their lanes (L4) ------------------------------------------------------------------------------------------------------
-- As in 0002, by the index of digests.
CREATE OR REPLACE FUNCTION pass_contradiction(c run_collection, p_facts jsonb, p_total bigint, p_revision text, p_page_size int)
RETURNS text LANGUAGE sql VOLATILE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE
        WHEN c.total <> p_total THEN format('the source''s total moved from %s to %s while it was read', c.total, p_total)
        WHEN c.revision <> p_revision THEN 'the source''s revision moved while it was read'
        WHEN c.page_size <> p_page_size THEN format('the page size changed from %s to %s', c.page_size, p_page_size)
        WHEN EXISTS (SELECT FROM jsonb_array_elements(p_facts) f WHERE (f ->> 'count')::int > 0
                     GROUP BY f ->> 'digest' HAVING count(*) > 1)
          OR EXISTS (SELECT FROM jsonb_array_elements(p_facts) f
                     JOIN lane_page p ON p.district_id = c.district_id AND p.run_id = c.run_id AND p.digest = f ->> 'digest'
                     WHERE (f ->> 'count')::int > 0 AND p.collection = c.collection AND p.pass = c.pass AND p.records > 0)
        THEN 'the source sent the same page twice'
    END $$;

-- As in 0002. A pass behind one that contradicted itself is read by one lane: reading side by side may have been what the source did
-- not bear.
CREATE OR REPLACE FUNCTION pass_turn(p_run uuid, p_collection text, p_pass int, p_reason text, p_page_size int) RETURNS text
LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    IF p_pass >= run_passes() THEN
        RETURN pass_last(p_run, p_collection, p_pass, p_reason);
    END IF;
    UPDATE dead_letter SET state = 'closed', closed_at = now(), closed_reason = 'a new pass reads the collection again'
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection AND state = 'open';
    UPDATE lane SET state = 'ended', reason = p_reason, lease_until = NULL
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection AND pass = p_pass;
    UPDATE run_collection SET pass = pass + 1, pass_started_at = now(), total = NULL, revision = NULL,
        page_size = coalesce(p_page_size, page_size), lanes = 1, sealed = NULL, reason = NULL
    WHERE district_id = tenant() AND run_id = p_run AND collection = p_collection;
    PERFORM pass_lanes(p_run, p_collection);
    RETURN 'new pass';
END $$;

-- May the first commit of this lane split its pass? How many lanes the source bears then, else 1.
CREATE FUNCTION pass_parallel(l lane, c run_collection) RETURNS smallint LANGUAGE sql VOLATILE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE WHEN l.lane = 0 AND l.step = 0 AND l.pass = 1 AND c.lanes = 1
        THEN (SELECT CASE WHEN s.kind = 'oneroster-rest' THEN s.parallel ELSE 1::smallint END
              FROM source s WHERE s.district_id = l.district_id AND s.source_id = l.source_id)
        ELSE 1::smallint END $$;

-- The pass's first commit sets its number of lanes: what is left behind p_cursor is cut at whole pages as the source sends them (it may
-- send fewer than it is asked for), into ranges that follow each other. The last one ends with the collection.
CREATE FUNCTION pass_split(l lane, c run_collection, p_facts jsonb, p_cursor bigint, p_total bigint) RETURNS void LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE
    unit bigint := (SELECT max((f ->> 'count')::bigint) FROM jsonb_array_elements(p_facts) f);
    left_pages bigint; many int; width bigint; id uuid;
BEGIN
    left_pages := ceil((p_total - p_cursor)::numeric / unit);
    many := least(pass_parallel(l, c), left_pages / lane_pages_least());
    IF many IS NULL OR many < 2 THEN RETURN; END IF;
    width := ceil(left_pages::numeric / many) * unit;
    many := ceil((p_total - p_cursor)::numeric / width);
    UPDATE run_collection x SET lanes = many
    WHERE x.district_id = tenant() AND x.run_id = l.run_id AND x.collection = l.collection;
    UPDATE lane x SET until = p_cursor + width WHERE x.district_id = tenant() AND x.lane_id = l.lane_id;
    FOR id IN
        INSERT INTO lane (district_id, run_id, source_id, collection, pass, lane, said_at, start_at, cursor, until)
        SELECT tenant(), l.run_id, l.source_id, l.collection, l.pass, n, now(), p_cursor + n * width, (p_cursor + n * width)::text,
               CASE WHEN n < many - 1 THEN p_cursor + (n + 1) * width END
        FROM generate_series(1, many - 1) n
        RETURNING lane_id
    LOOP
        PERFORM lane_say(id);
    END LOOP;
END $$;

-- ---- lanes ------------------------------------------------------------------------------------------------------------------------------
-- As in 0002; with the lane's range, how many lanes its first commit may make of the pass, and how many pages the task may fetch: lanes
-- side by side share the run's credits.
DROP FUNCTION lane_take(uuid, int, int, text, bigint, text, jsonb);
CREATE FUNCTION lane_take(p_lane uuid, p_pass int, p_step int, p_holder text, p_lease_ms bigint, p_progress text DEFAULT '',
                          p_origin jsonb DEFAULT '{}')
RETURNS TABLE (run_id uuid, source_id uuid, collection text, lane smallint, take bigint, tries smallint, cursor text, received bigint,
               pages bigint, total bigint, revision text, page_size int, start_at bigint, until bigint, parallel smallint, room int)
LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
#variable_conflict use_column
DECLARE l lane; further boolean; credits int;
BEGIN
    SELECT x.* INTO l FROM lane x WHERE x.district_id = tenant() AND x.lane_id = p_lane;
    IF l.lane_id IS NULL OR NOT run_holds(l.run_id) THEN RETURN; END IF;
    SELECT x.* INTO l FROM lane x WHERE x.district_id = tenant() AND x.lane_id = p_lane FOR NO KEY UPDATE;
    IF l.pass <> p_pass OR l.step <> p_step OR l.state NOT IN ('open', 'waiting') OR l.lease_until > clock_timestamp()
       OR (l.state = 'open' AND l.due_at > clock_timestamp()) OR NOT pass_current(l.run_id, l.collection, l.pass) THEN
        RETURN;
    END IF;
    credits := run_credits_now();
    IF l.state = 'waiting' AND run_outstanding(l.run_id) >= credits THEN
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
        SELECT x.run_id, x.source_id, x.collection, x.lane, x.take, x.tries, x.cursor, x.received, x.pages::bigint,
               c.total, c.revision, coalesce(c.page_size, s.page_size), x.start_at, x.until, pass_parallel(x, c),
               greatest(2, credits / c.lanes)
        FROM lane x
        JOIN run_collection c ON c.district_id = x.district_id AND c.run_id = x.run_id AND c.collection = x.collection
        JOIN source s ON s.district_id = x.district_id AND s.source_id = x.source_id
        WHERE x.district_id = tenant() AND x.lane_id = p_lane;
END $$;

-- As in 0002; the pass's first commit may split it.
CREATE OR REPLACE FUNCTION lane_step(p_lane uuid, p_take bigint, p_pass int, p_step int, p_facts jsonb, p_cursor text, p_total bigint,
    p_revision text, p_page_size int, p_end text DEFAULT '', p_reason text DEFAULT NULL, p_due_ms bigint DEFAULT 0)
RETURNS text LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
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
    IF p_end = '' AND p_total IS NOT NULL THEN PERFORM pass_split(l, c, p_facts, p_cursor::bigint, p_total); END IF;
    now_state := CASE WHEN p_end <> '' THEN p_end WHEN run_flow(run_lock(l.run_id)) >= run_credits_now() THEN 'waiting' ELSE 'open' END;
    UPDATE lane x SET step = x.step + 1, state = now_state, cursor = p_cursor, tries = 0, progress = '', reason = p_reason,
        received = x.received + (SELECT coalesce(sum((f ->> 'count')::int), 0) FROM jsonb_array_elements(p_facts) f),
        pages = x.pages + jsonb_array_length(p_facts),
        lease_until = NULL, lease_holder = NULL, said_at = CASE WHEN p_due_ms > 0 OR now_state = 'waiting' THEN x.said_at ELSE now() END,
        due_at = now() + greatest(p_due_ms, CASE now_state WHEN 'waiting' THEN 5000 ELSE 0 END) * interval '1 ms',
        total_first = coalesce(x.total_first, p_total), total_last = coalesce(p_total, x.total_last),
        revision_first = coalesce(x.revision_first, p_revision), revision_last = coalesce(p_revision, x.revision_last)
    WHERE x.district_id = tenant() AND x.lane_id = p_lane;
    RETURN lane_goes_on(l, now_state, p_due_ms);
END $$;

-- The facts of a task, behind those that the lane has (L3). Of what was staged before it was listed, nothing is missing.
CREATE OR REPLACE FUNCTION lane_list(l lane, p_facts jsonb) RETURNS void LANGUAGE sql SET search_path = rollcall, pg_temp AS $$
    INSERT INTO lane_page (district_id, run_id, collection, pass, lane, place, page_id, digest, cursor, records, staged)
    SELECT l.district_id, l.run_id, l.collection, l.pass, l.lane, l.pages + f.n - 1, f.fact ->> 'id', f.fact ->> 'digest',
           f.fact ->> 'cursor', (f.fact ->> 'count')::int,
           EXISTS (SELECT FROM page_ledger g WHERE g.district_id = l.district_id AND g.run_id = l.run_id AND g.page_id = f.fact ->> 'id')
    FROM jsonb_array_elements(p_facts) WITH ORDINALITY AS f (fact, n) $$;

-- As in 0002, with the credits of now.
CREATE OR REPLACE FUNCTION lane_emit(p_lane uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE l lane; free boolean;
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    IF l.lane_id IS NULL OR NOT run_holds(l.run_id) THEN RETURN false; END IF;
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane FOR NO KEY UPDATE;
    IF l.state NOT IN ('open', 'waiting') OR l.due_at > clock_timestamp() OR l.lease_until > clock_timestamp()
       OR NOT pass_current(l.run_id, l.collection, l.pass) THEN
        RETURN false;
    END IF;
    free := l.state = 'open' OR run_outstanding(l.run_id) < run_credits_now();
    UPDATE lane SET said_at = CASE WHEN free THEN now() ELSE said_at END,
        due_at = CASE WHEN free THEN due_at ELSE now() + interval '5 seconds' END
    WHERE district_id = tenant() AND lane_id = p_lane;
    IF free THEN PERFORM lane_say(p_lane); END IF;
    RETURN free;
END $$;

-- ---- the mirror's statistics ------------------------------------------------------------------------------------------------------------
-- After a snapshot that brought much, before autovacuum comes by: plans made without statistics read a district where they should read
-- a page. As the owner, since programs own nothing. p_rows: that were new; a tenth of what is known is much.
CREATE FUNCTION mirror_analyze(p_rows bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    IF p_rows * 10 <= (SELECT greatest(c.reltuples, 0) FROM pg_class c WHERE c.oid = 'mirror_record'::regclass) THEN RETURN false; END IF;
    ANALYZE mirror_record;
    RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION mirror_analyze(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mirror_analyze(bigint) TO rollcall_reconciler;

DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rollcall'::regnamespace AND p.proname = ANY (ARRAY[
        'flow_cap', 'run_credits_least', 'lane_pages_least', 'run_credits_now', 'run_flow', 'stage_page', 'page_replay',
        'pass_parallel', 'pass_split', 'lane_take']) LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_fetcher, rollcall_reconciler, rollcall_scheduler, rollcall_cli', f);
    END LOOP;
END $$;

RESET search_path;
