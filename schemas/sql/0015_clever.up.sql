-- Sources of the kind clever: districts that share their rosters through Clever's Data API. What is known of such a district stands
-- beside its source; a run's beginning asks Clever first (services/fetcher/clever_begin.c), so that a run of a district that is not
-- connected never begins, and the feed of events has a place to follow from that lies before everything the run reads.

SET search_path = rollcall;

-- The checks of a source's kind, version and sign-in are widened as they stand, whatever other migrations made of them.
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT k.conname, pg_get_constraintdef(k.oid) AS def FROM pg_constraint k
             WHERE k.conrelid = 'source'::regclass AND k.conname IN ('source_kind_check', 'source_version_check', 'source_auth_check') LOOP
        EXECUTE format('ALTER TABLE source DROP CONSTRAINT %I', c.conname);
        EXECUTE format('ALTER TABLE source ADD CONSTRAINT %I CHECK ((%s) OR (kind = ''clever''))', c.conname,
            regexp_replace(c.def, '^CHECK \((.*)\)$', '\1'));
    END LOOP;
END $$;
ALTER TABLE source ADD CONSTRAINT source_clever_check
    CHECK (kind <> 'clever' OR (version = '3.1' AND auth = 'clever' AND parallel = 1 AND NOT resources));

-- What Clever says of the district that a source reads.
CREATE TABLE clever_source (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    clever_district text NOT NULL,              -- its id at Clever
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'waiting', 'connected', 'vanished')), -- is it on the list of those who share with us?
    since timestamptz NOT NULL DEFAULT now(),   -- in this state
    asked_at timestamptz,                       -- Clever was asked last
    tries smallint NOT NULL DEFAULT 0,          -- that failed since it answered last
    trouble text,                               -- what went wrong the last time, in words
    district_state text NOT NULL DEFAULT '',    -- running, pending, error, paused, success: as Clever has it
    last_sync timestamptz,                      -- when the district's data reached Clever last
    feed text, feed_at timestamptz,             -- the last event that the mirror knows of, and when it was the last; NULL: follow none
    events_minutes int CHECK (events_minutes BETWEEN 5 AND 1440), -- between runs that follow the feed; NULL: only whole pulls
    PRIMARY KEY (district_id, source_id),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);

-- Where the feed of events stood before a run read anything, and the event that it follows from.
CREATE TABLE clever_run (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    feed text,                                  -- NULL: the district's feed has nothing, or is off
    since text,                                 -- NULL: the run pulls everything
    PRIMARY KEY (district_id, run_id),
    FOREIGN KEY (district_id, run_id) REFERENCES run
);

-- How a lane goes on: Clever's pages have no numbers, each names the next.
CREATE TABLE clever_lane (
    district_id uuid NOT NULL,
    lane_id uuid NOT NULL,
    next text NOT NULL,
    PRIMARY KEY (district_id, lane_id),
    FOREIGN KEY (district_id, lane_id) REFERENCES lane (district_id, lane_id) ON DELETE CASCADE
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['clever_source', 'clever_run', 'clever_lane'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;
CREATE POLICY all_districts_rollcall_scheduler ON clever_source FOR SELECT TO rollcall_scheduler USING (true);

-- ---- a run's beginning ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION clever_last_sync(c clever_source) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(to_char(c.last_sync AT TIME ZONE d.time_zone, 'YYYY-MM-DD HH24:MI'), 'never')
    FROM district d WHERE d.district_id = tenant() $$;

-- What an owner should know of the district's state; no row where all is well.
CREATE FUNCTION clever_say_state(p_run uuid, c clever_source) RETURNS void LANGUAGE sql AS $$
    INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
    SELECT tenant(), p_run, 'orgs', 'clever.' || c.district_state, 'warning', format(w.words, clever_last_sync(c))
    FROM (VALUES
        ('paused', 'Clever has paused this district: its data stands still since %s. Nothing is removed because of it; the district''s Clever '
                   'administrator sees when the pause ends'),
        ('pending', 'Clever waits for the district: a fault in what the district sends keeps its data as of %s. The district''s Clever '
                    'administrator sees in Clever what to mend'),
        ('error', 'Clever has a fault of its own with this district: its data is as of %s. When it stays, the district''s Clever administrator '
                  'asks Clever''s support')) w (state, words)
    WHERE w.state = c.district_state $$;

-- Begins the run with what Clever has answered. p_feed: the last event; p_follows: the feed still knows the event that the source was
-- left at, so that the run reads only what came behind it. False: not now.
CREATE FUNCTION clever_begin(p_run uuid, p_state text, p_last_sync timestamptz, p_feed text, p_follows boolean) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE c clever_source; follows boolean;
BEGIN
    IF NOT run_begin(p_run) THEN RETURN false; END IF;
    SELECT x.* INTO c FROM clever_source x JOIN run r ON r.district_id = x.district_id AND r.source_id = x.source_id
    WHERE x.district_id = tenant() AND r.run_id = p_run FOR NO KEY UPDATE OF x;
    -- a request that joined meanwhile may have made it more than a delta (0018)
    follows := p_follows AND c.feed IS NOT NULL
        AND EXISTS (SELECT FROM run r WHERE r.district_id = tenant() AND r.run_id = p_run AND r.mode = 'delta');
    INSERT INTO clever_run (district_id, run_id, feed, since) VALUES (tenant(), p_run, p_feed, CASE WHEN follows THEN c.feed END);
    UPDATE run SET kind = CASE WHEN follows THEN 'delta' ELSE 'full' END WHERE district_id = tenant() AND run_id = p_run;
    UPDATE run_collection SET mode = CASE WHEN follows THEN 'delta' ELSE 'bulk' END WHERE district_id = tenant() AND run_id = p_run;
    IF c.state IN ('waiting', 'vanished') THEN
        PERFORM alert_add(p_run, 'clever.connected', 'Clever lists this district for our application now: its roster is being read');
    END IF;
    UPDATE clever_source SET state = 'connected', since = CASE WHEN state = 'connected' THEN since ELSE now() END, asked_at = now(),
        tries = 0, trouble = NULL, district_state = p_state, last_sync = p_last_sync
    WHERE district_id = tenant() AND source_id = c.source_id RETURNING * INTO c;
    PERFORM clever_say_state(p_run, c);
    RETURN true;
END $$;

-- Does the run still wait to begin? Asked under its source's lock: what two fetchers asked Clever at once, one of them may have begun by now.
CREATE FUNCTION clever_waits(p_run uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (SELECT FROM run r WHERE r.district_id = tenant() AND r.run_id = p_run AND r.phase = 'scheduled' AND r.finished_at IS NULL) $$;

-- Clever does not list the district. One that was never listed is waited for, its run stays Scheduled and asks again; one that was
-- listed has vanished: the run fails with words, and nobody is taken for gone. True: it is waited for, or the run is past this.
CREATE FUNCTION clever_missing(p_run uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE s source; c clever_source;
BEGIN
    s := source_lock(p_run);
    IF NOT clever_waits(p_run) THEN RETURN true; END IF;
    SELECT * INTO c FROM clever_source x WHERE x.district_id = tenant() AND x.source_id = s.source_id FOR NO KEY UPDATE;
    UPDATE clever_source SET state = CASE WHEN c.state IN ('new', 'waiting') THEN 'waiting' ELSE 'vanished' END,
        since = CASE WHEN c.state IN ('waiting', 'vanished') THEN since ELSE now() END, asked_at = now(), tries = 0, trouble = NULL
    WHERE district_id = tenant() AND source_id = s.source_id;
    IF c.state = 'new' THEN
        PERFORM alert_add(p_run, 'clever.waiting', 'Waiting for approval in Clever: Clever does not list this district for our application yet. '
            'Ask the district''s Clever administrator to connect it; the sync begins by itself once that is done');
    END IF;
    IF c.state IN ('new', 'waiting') THEN RETURN true; END IF;
    PERFORM run_fail(p_run, 'Clever does not list this district for our application any more, so nothing was read and nothing changes: ask '
        'the district''s Clever administrator to connect it again, or remove this source');
    RETURN false;
END $$;

-- Clever could not be asked. The fifth time in a row, or at once where a person must mend it, the run fails. True: it is tried again.
CREATE FUNCTION clever_trouble(p_run uuid, p_words text, p_for_good boolean) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE s source; n int;
BEGIN
    s := source_lock(p_run);
    IF NOT clever_waits(p_run) THEN RETURN true; END IF;
    UPDATE clever_source SET asked_at = now(), trouble = p_words, tries = tries + 1
    WHERE district_id = tenant() AND source_id = s.source_id RETURNING tries INTO n;
    IF NOT p_for_good AND n < lane_tries() THEN RETURN true; END IF;
    UPDATE clever_source SET tries = 0 WHERE district_id = tenant() AND source_id = s.source_id;
    PERFORM run_fail(p_run, p_words);
    RETURN false;
END $$;

-- ---- the feed ------------------------------------------------------------------------------------------------------------------------
-- Chosen schools that a whole pull did not bring: whoever chose them is told, once a run, by the names that were chosen.
CREATE FUNCTION clever_say_schools(p_run uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
    SELECT tenant(), p_run, 'orgs', 'orgs.not-shared', 'warning',
           format('the chosen school "%s" is not among those that Clever shows: ask the district''s Clever administrator to share it with our '
                  'application, or take it out of the setting schools', left(w.school, 100))
    FROM setting s, jsonb_array_elements_text(CASE WHEN jsonb_typeof(s.value) = 'array' THEN s.value ELSE '[]' END) w (school)
    WHERE s.district_id = tenant() AND s.name = 'schools' AND s.scope = ''
      AND NOT EXISTS (SELECT FROM mirror_record m JOIN source x ON x.district_id = m.district_id AND x.source_id = m.source_id
                      WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.present AND x.removed_at IS NULL
                        AND (m.sourced_id = w.school OR lower(btrim(m.body ->> 'name')) = lower(btrim(w.school)))) $$;

-- The mirror knows what the run read: the feed is followed from where it stood before. Where something could not be read, nothing was
-- proved, and the next run pulls everything.
CREATE FUNCTION clever_was_mirrored() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF EXISTS (SELECT FROM clever_run r WHERE r.district_id = tenant() AND r.run_id = NEW.run_id AND r.since IS NULL) THEN
        PERFORM clever_say_schools(NEW.run_id);
    END IF;
    UPDATE clever_source c SET feed = CASE WHEN x.whole THEN x.feed END, feed_at = CASE WHEN x.whole THEN NEW.started_at END
    FROM (SELECT r.feed, NOT EXISTS (SELECT FROM run_collection k WHERE k.district_id = tenant() AND k.run_id = NEW.run_id
                                     AND k.sealed IS NOT TRUE) AS whole
          FROM clever_run r WHERE r.district_id = tenant() AND r.run_id = NEW.run_id) x
    WHERE c.district_id = tenant() AND c.source_id = NEW.source_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clever_was_mirrored AFTER UPDATE OF phase ON run FOR EACH ROW
    WHEN (OLD.phase = 'checked' AND NEW.phase = 'mirrored') EXECUTE FUNCTION clever_was_mirrored();

-- Is it time to follow the feed? Between whole pulls, once the first of them was mirrored, while nothing runs or waits.
CREATE FUNCTION clever_events_due(c clever_source) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT c.feed IS NOT NULL AND c.state = 'connected' AND c.asked_at <= now() - c.events_minutes * interval '1 minute'
       AND EXISTS (SELECT FROM source s WHERE s.district_id = c.district_id AND s.source_id = c.source_id AND s.active_run IS NULL
                   AND s.removed_at IS NULL AND s.automatic AND NOT s.first_sync)
       AND NOT EXISTS (SELECT FROM run r WHERE r.district_id = c.district_id AND r.source_id = c.source_id AND r.finished_at IS NULL) $$;

DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['clever_last_sync(clever_source)', 'clever_say_state(uuid, clever_source)',
                             'clever_begin(uuid, text, timestamptz, text, boolean)', 'clever_waits(uuid)', 'clever_missing(uuid)',
                             'clever_trouble(uuid, text, boolean)',
                             'clever_say_schools(uuid)', 'clever_was_mirrored()', 'clever_events_due(clever_source)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
    END LOOP;
END $$;

GRANT SELECT ON clever_source, clever_run, clever_lane TO rollcall_fetcher;
GRANT UPDATE ON clever_source TO rollcall_fetcher;
GRANT INSERT ON clever_run TO rollcall_fetcher;
GRANT INSERT, UPDATE ON clever_lane TO rollcall_fetcher;
GRANT SELECT, INSERT, UPDATE ON clever_source TO rollcall_cli;
GRANT SELECT ON clever_source TO rollcall_scheduler;
GRANT EXECUTE ON FUNCTION clever_last_sync(clever_source), clever_say_state(uuid, clever_source),
    clever_begin(uuid, text, timestamptz, text, boolean), clever_waits(uuid), clever_missing(uuid), clever_trouble(uuid, text, boolean)
    TO rollcall_fetcher;
GRANT EXECUTE ON FUNCTION clever_events_due(clever_source) TO rollcall_scheduler;

RESET search_path;
