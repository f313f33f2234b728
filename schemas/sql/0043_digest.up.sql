-- The daily digest: who wants one, when the next is due, and what it may read.

SET search_path = rollcall;

-- What a member is mailed beside what cannot wait (held, failed, alerts): each run's result, one mail a day, one on days with something to
-- decide or to mend, one a week, or nothing.
ALTER TABLE member ADD COLUMN digest text NOT NULL DEFAULT 'every run'
    CONSTRAINT member_digest CHECK (digest IN ('every run', 'daily', 'only problems', 'weekly', 'off'));

-- One person's digest over all the districts that mail this address; of no district. Who plans it holds the row, so that several notifiers
-- share the work, and a local day has one (M1).
CREATE TABLE digest_reader (
    reader bytea PRIMARY KEY,                   -- SHA-256 of the address in lower case: the address itself stands in member alone
    look_at timestamptz NOT NULL DEFAULT now(), -- when the notifier looks: the digest is due, or somebody changed a choice
    due_at timestamptz,                         -- of the next digest; NULL: to be found out
    last_day date                               -- the reader's day of the last one
);
CREATE INDEX digest_reader_look ON digest_reader (look_at);

-- Which members a reader is, and what they were told last. Kept in step with member by a trigger.
CREATE TABLE digest_member (
    district_id uuid NOT NULL,
    member_id uuid NOT NULL,
    reader bytea NOT NULL,
    since timestamptz NOT NULL,                 -- when the member was added: the hour and zone of the first count for the whole mail
    told_from timestamptz, told_to timestamptz, -- the time that the last digest told of; NULL: none yet
    PRIMARY KEY (district_id, member_id),
    FOREIGN KEY (district_id, member_id) REFERENCES member
);
CREATE INDEX digest_member_reader ON digest_member (reader, since);
ALTER TABLE digest_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE digest_member FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON digest_member USING (district_id = tenant()) WITH CHECK (district_id = tenant());
-- Ids and dates, no address: searched over all districts.
CREATE POLICY all_districts_rollcall_notifier ON digest_member FOR SELECT TO rollcall_notifier USING (true);
CREATE POLICY all_districts_rollcall_cli ON digest_member FOR SELECT TO rollcall_cli USING (true);

CREATE FUNCTION digest_reader_of(p_email text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT sha256(convert_to(lower(p_email), 'UTF8')) $$;

-- The next time after p_after at which a clock in p_zone shows the hour, on a day after p_last; weekly: on a Monday. An hour that the clock
-- leaves out that day is the one after it, one that it shows twice counts once.
CREATE FUNCTION digest_time(p_after timestamptz, p_hour int, p_zone text, p_last date, p_weekly boolean) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT min(t.at) FROM (
        SELECT d::date AS day, (d::date + make_interval(hours => p_hour)) AT TIME ZONE p_zone AS at
        FROM generate_series((p_after AT TIME ZONE p_zone)::date - 1, greatest((p_after AT TIME ZONE p_zone)::date, p_last) + 9, '1 day') d) t
    WHERE t.at > p_after AND t.day > coalesce(p_last, '-infinity') AND (NOT p_weekly OR extract(isodow FROM t.day) = 1) $$;

-- Somebody is to look at this reader again. A digest that is due is not lost by it.
CREATE FUNCTION digest_look(p_reader bytea) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
    INSERT INTO digest_reader AS r (reader) VALUES (p_reader)
    ON CONFLICT (reader) DO UPDATE SET look_at = now(), due_at = CASE WHEN r.due_at <= now() THEN r.due_at END $$;

CREATE FUNCTION digest_follow_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.email, NEW.digest, NEW.digest_hour, NEW.time_zone, NEW.removed_at)
           IS NOT DISTINCT FROM (OLD.email, OLD.digest, OLD.digest_hour, OLD.time_zone, OLD.removed_at) THEN RETURN NULL; END IF;
    -- The reader's row first, as who plans a digest locks it first.
    IF NEW.removed_at IS NULL AND NEW.digest NOT IN ('every run', 'off') THEN PERFORM digest_look(digest_reader_of(NEW.email)); END IF;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM digest_member m WHERE m.district_id = NEW.district_id AND m.member_id = NEW.member_id
            AND (NEW.removed_at IS NOT NULL OR NEW.digest IN ('every run', 'off') OR m.reader <> digest_reader_of(NEW.email));
    END IF;
    IF NEW.removed_at IS NULL AND NEW.digest NOT IN ('every run', 'off') THEN
        INSERT INTO digest_member (district_id, member_id, reader, since)
        VALUES (NEW.district_id, NEW.member_id, digest_reader_of(NEW.email), NEW.added_at)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER digest_follow AFTER INSERT OR UPDATE ON member FOR EACH ROW EXECUTE FUNCTION digest_follow_member();

-- A district's zone is that of members without one of their own.
CREATE FUNCTION digest_follow_zone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM digest_look(m.reader) FROM digest_member m WHERE m.district_id = NEW.district_id;
    RETURN NULL;
END $$;
CREATE TRIGGER digest_follow_zone AFTER UPDATE OF time_zone ON district FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone)
    EXECUTE FUNCTION digest_follow_zone();

-- Fields that are pinned and differ from what the source says: by the record's id there, never the values.
CREATE FUNCTION pins_that_differ() RETURNS TABLE (account_id uuid, sourced_id text, field text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
    SELECT p.account_id, m.sourced_id, p.field
    FROM district d
    JOIN pin p ON p.district_id = d.district_id AND coalesce(p.until > local_date(d.time_zone), true)
    JOIN account a ON a.district_id = p.district_id AND a.account_id = p.account_id
    JOIN account_link l ON l.district_id = p.district_id AND l.account_id = p.account_id
    JOIN mirror_record m ON m.district_id = p.district_id AND m.source_id = l.source_id AND m.collection = 'users' AND m.sourced_id = l.sourced_id
        AND m.present AND NOT m.unread
    JOIN (VALUES ('given_name', 'givenName'), ('family_name', 'familyName'), ('middle_name', 'middleName'), ('username', 'username'),
              ('email', 'email'), ('phone', 'phone'), ('sms', 'sms'), ('identifier', 'identifier'), ('master_id', 'userMasterIdentifier'))
         AS f (ours, theirs) ON f.ours = p.field
    WHERE d.district_id = tenant() AND coalesce(to_jsonb(a) ->> f.ours, '') <> coalesce(m.body ->> f.theirs, '') $$;

-- What happened since yesterday is found by its time.
CREATE INDEX history_at ON history (district_id, at);
CREATE INDEX run_started ON run (district_id, source_id, started_at DESC) WHERE mirrored_at IS NOT NULL;

REVOKE EXECUTE ON FUNCTION digest_look(bytea), digest_follow_member(), digest_follow_zone(), pins_that_differ() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION digest_reader_of(text), digest_time(timestamptz, int, text, date, boolean), pins_that_differ()
    TO rollcall_notifier, rollcall_cli;
GRANT SELECT, UPDATE, DELETE ON digest_reader TO rollcall_notifier;
GRANT SELECT, UPDATE ON digest_member TO rollcall_notifier;
GRANT SELECT ON digest_reader, digest_member TO rollcall_cli;
GRANT SELECT (district_id, account_id, role, source_id, school_id, ended_on) ON account_role TO rollcall_notifier;

RESET search_path;
