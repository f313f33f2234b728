-- What the scheduler's sweeps need: the night that follows, a memory of what was said again, and of how far Kafka's groups had come.

SET search_path = rollcall;

-- The first time after p_after at which the clocks of the zone show p_at. Once a date: a time that a change of clocks skips is taken
-- as PostgreSQL takes it (later by as much as was skipped), of one that comes twice the second (standard time).
CREATE FUNCTION night_after(p_after timestamptz, p_at time, p_zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT min(t) FROM generate_series(0, 2) AS n,
         LATERAL (SELECT (((p_after AT TIME ZONE p_zone)::date + n) + p_at) AT TIME ZONE p_zone AS t) x
    WHERE t > p_after $$;

-- Each sweep's rows are few among many: found without reading the others.
CREATE INDEX source_due ON source (next_due_at) WHERE automatic AND removed_at IS NULL;
CREATE INDEX run_on_hold ON run (run_id) WHERE state = 'On hold';
CREATE INDEX undo_open ON undo (run_id) WHERE done_at IS NULL;

-- What the sweeps said because nothing moved, so that they say it less often the longer nobody listens.
CREATE TABLE said (
    district_id uuid NOT NULL REFERENCES district,
    topic text NOT NULL,
    subject uuid NOT NULL,                      -- the run
    since timestamptz NOT NULL,                 -- what waits, waits since then
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, topic, subject)
);
ALTER TABLE said ENABLE ROW LEVEL SECURITY;
ALTER TABLE said FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON said USING (district_id = tenant()) WITH CHECK (district_id = tenant());

-- Is it time to say it (again)? After p_age, then after twice as long each time, at least every ten minutes. NULL since: nothing waits.
CREATE FUNCTION say_again(p_topic text, p_subject uuid, p_since timestamptz, p_age interval) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE s said;
BEGIN
    IF p_since IS NULL OR now() < p_since + p_age THEN RETURN false; END IF;
    SELECT * INTO s FROM said x WHERE x.district_id = tenant() AND x.topic = p_topic AND x.subject = p_subject;
    IF s.since >= p_since AND now() < s.said_at + least(greatest(p_age, s.said_at - s.since), interval '10 minutes') THEN
        RETURN false;
    END IF;
    DELETE FROM said x WHERE x.district_id = tenant() AND x.said_at < now() - interval '1 day';
    INSERT INTO said AS x (district_id, topic, subject, since) VALUES (tenant(), p_topic, p_subject, p_since)
    ON CONFLICT (district_id, topic, subject) DO UPDATE SET since = excluded.since, said_at = excluded.said_at;
    RETURN true;
END $$;

-- C2: where the ends of page.fetched stood at a time; then, once the normalizers' group had come past them, those of batch.normalized;
-- then, when the reconcilers' group had come past these. Pages listed before taken_at have passed both from passed_at on.
CREATE TABLE bus_mark (
    taken_at timestamptz PRIMARY KEY,
    page_ends jsonb NOT NULL,                   -- partition → offset
    batch_ends jsonb,
    passed_at timestamptz
);

GRANT SELECT, INSERT, UPDATE, DELETE ON said, bus_mark TO rollcall_scheduler;
-- Whether decisions and wishes to undo wait; never what they are about.
GRANT SELECT (district_id, plan_id, hold, decision, decided_at, outcome) ON plan_item TO rollcall_scheduler;
GRANT SELECT (district_id, undo_id, run_id, requested_at, done_at) ON undo TO rollcall_scheduler;
CREATE POLICY all_districts_rollcall_scheduler ON undo FOR SELECT TO rollcall_scheduler USING (true);

ALTER FUNCTION say_again(text, uuid, timestamptz, interval) SET search_path = rollcall, pg_temp;
GRANT EXECUTE ON FUNCTION night_after(timestamptz, time, text), say_again(text, uuid, timestamptz, interval) TO rollcall_scheduler, rollcall_cli;

RESET search_path;
