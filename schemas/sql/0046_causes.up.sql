-- Causes: what a person should know of at once, found by what stands in the tables, so that none is missed and none is told twice.

SET search_path = rollcall;

ALTER TABLE alert
    ADD COLUMN about text,                      -- what makes it one cause beside its kind; NULL: its source
    ADD COLUMN thread text;                     -- the conversation that its mails belong to; NULL: that of the cause
ALTER TABLE source ADD COLUMN credentials_expire_on date; -- as the SIS's administrator said; NULL: nobody said

-- What is or was the matter in a district, and when it was told.
CREATE TABLE cause (
    district_id uuid NOT NULL REFERENCES district,
    kind text NOT NULL,                         -- as of the alert that tells it
    about text NOT NULL,                        -- which run, source, member or date
    since timestamptz NOT NULL DEFAULT now(),
    told_at timestamptz NOT NULL DEFAULT now(), tellings int NOT NULL DEFAULT 1,
    ended_at timestamptz,                       -- NULL: it lasts
    PRIMARY KEY (district_id, kind, about)
);
CREATE INDEX cause_lasts ON cause (kind) WHERE ended_at IS NULL;
ALTER TABLE cause ENABLE ROW LEVEL SECURITY;
ALTER TABLE cause FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON cause USING (district_id = tenant()) WITH CHECK (district_id = tenant());
CREATE POLICY all_districts_rollcall_scheduler ON cause FOR SELECT TO rollcall_scheduler USING (true);
CREATE POLICY all_districts_rollcall_cli ON cause FOR SELECT TO rollcall_cli USING (true);
GRANT SELECT ON cause TO rollcall_scheduler, rollcall_cli;

-- Is a lane's reason that the SIS does not take our key? The words are those of services/fetcher/trouble.c.
CREATE FUNCTION reason_is_credentials(p_reason text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_reason ~ '(^|: )(the SIS refused the key or secret|the source has no key and secret yet)' $$;

-- The first day of the blackout in which a day lies; NULL: it lies in none.
CREATE FUNCTION blackout_of(p_day date) RETURNS text LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT min(split_part(e, '/', 1)) FROM setting s, jsonb_array_elements_text(s.value) e
    WHERE s.district_id = tenant() AND s.scope = '' AND s.name = 'blackout-dates'
      AND p_day::text BETWEEN split_part(e, '/', 1) AND coalesce(nullif(split_part(e, '/', 2), ''), e) $$;

-- An alert's row and its event, of whatever it is about.
CREATE FUNCTION cause_alert(p_kind text, p_about text, p_run uuid, p_source uuid, p_message text) RETURNS void LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE id uuid := uuid7();
BEGIN
    INSERT INTO alert (district_id, alert_id, run_id, source_id, kind, message, about, thread)
    VALUES (tenant(), id, p_run, p_source, p_kind, p_message, p_about, CASE WHEN p_run IS NOT NULL THEN 'run:' || p_run END);
    INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent)
    VALUES (tenant(), p_run, 'alert.raised', tenant()::text,
            jsonb_build_object('alert', id, 'run', p_run, 'kind', p_kind, 'message', p_message), trace_new());
END $$;

-- ---- the causes, one function each: about, run, source, words -----------------------------------------------------------------------
CREATE TYPE cause_found AS (kind text, about text, run_id uuid, source_id uuid, message text, again interval);

-- Decisions that nobody takes: after a day the owners are reminded, after three whoever stands behind them is told.
CREATE FUNCTION causes_unanswered() RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT w.kind, r.run_id::text, r.run_id, r.source_id, format(w.words, extract(day FROM now() - p.made_at)::int,
               CASE WHEN extract(day FROM now() - p.made_at) >= 2 THEN 's' ELSE '' END, s.name), w.again
    FROM plan p
    JOIN run r ON r.district_id = p.district_id AND r.run_id = p.run_id AND r.state = 'On hold'
    JOIN source s ON s.district_id = r.district_id AND s.source_id = r.source_id
    CROSS JOIN (VALUES
        ('hold.waiting', interval '1 day', interval '2 days', 'a sync has waited for your decision for %1$s day%2$s: what it would change at %3$s '
                                                              'stays as it is until you approve or decline it'),
        ('hold.unanswered', interval '3 days', interval '7 days', 'nobody has answered for %1$s day%2$s: a sync of %3$s waits for an owner''s '
                                                                  'decision, and you can take it as well')) w (kind, after, again, words)
    WHERE p.district_id = tenant() AND p.state = 'open' AND p.made_at < now() - w.after
      AND EXISTS (SELECT FROM decided_item i WHERE i.district_id = p.district_id AND i.plan_id = p.plan_id AND i.outcome IS NULL
                    AND i.hold <> '' AND i.decision IS NULL) $$;

-- What a source's last reading was like, and when its key ends.
CREATE FUNCTION causes_of_sources() RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT 'source.vanished', s.source_id::text, NULL::uuid, s.source_id, format('%s is no longer shared with us: its list of districts '
               'lacks yours since %s. Nobody is archived because of it', s.name, to_char(c.since AT TIME ZONE d.time_zone, 'FMDD Mon YYYY')),
           interval '7 days'
    FROM clever_source c JOIN source s USING (district_id, source_id) JOIN district d USING (district_id)
    WHERE c.district_id = tenant() AND c.state = 'vanished' AND s.removed_at IS NULL
    UNION ALL
    SELECT 'source.empty', s.source_id::text, r.run_id, s.source_id, format('%s has no people any more: its list came complete and empty. '
               'Nobody is archived because of it', s.name), interval '7 days'
    FROM source s CROSS JOIN LATERAL (
        SELECT x.* FROM run x WHERE x.district_id = s.district_id AND x.source_id = s.source_id AND x.ready_at IS NOT NULL AND x.kind = 'full'
        ORDER BY x.requested_at DESC, x.run_id DESC LIMIT 1) r
    JOIN run_collection c ON c.district_id = r.district_id AND c.run_id = r.run_id AND c.collection = 'users' AND c.sealed
    WHERE s.district_id = tenant() AND s.removed_at IS NULL
      AND NOT EXISTS (SELECT FROM lane l WHERE l.district_id = c.district_id AND l.run_id = c.run_id AND l.collection = c.collection
                        AND l.pass = c.pass AND l.received > 0)
      AND EXISTS (SELECT FROM account_link k WHERE k.district_id = s.district_id AND k.source_id = s.source_id)
    UNION ALL
    SELECT 'credentials.expiring', s.source_id || ':' || s.credentials_expire_on, NULL, s.source_id,
           format(CASE WHEN left_days < 0 THEN 'the key of %1$s ended on %2$s' ELSE 'the key of %1$s ends on %2$s' END
               || ': have the SIS''s administrator make a new one, and enter it', s.name, to_char(s.credentials_expire_on, 'FMDD Mon YYYY')),
           CASE WHEN left_days > 7 THEN interval '7 days' ELSE interval '1 day' END
    FROM source s JOIN district d USING (district_id), LATERAL (SELECT s.credentials_expire_on - local_date(d.time_zone) AS left_days) l
    WHERE s.district_id = tenant() AND s.removed_at IS NULL AND left_days <= 30 $$;

-- Once the operator's specialist has brought the first roster in, the owners choose what becomes of it.
CREATE FUNCTION causes_of_setup() RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT DISTINCT ON (s.source_id) 'setup.ready', s.source_id::text, r.run_id, s.source_id, format('rostering is set up: %s was read for '
               'the first time. Nothing is applied before you have looked at your settings and approved it', s.name), NULL::interval
    FROM source s JOIN run r ON r.district_id = s.district_id AND r.source_id = s.source_id AND r.ready_at IS NOT NULL
    WHERE s.district_id = tenant() AND s.removed_at IS NULL AND s.first_sync
      AND EXISTS (SELECT FROM member m WHERE m.district_id = s.district_id AND m.role = 'integration specialist' AND m.removed_at IS NULL)
    ORDER BY s.source_id, r.requested_at $$;

-- Days on which nothing is applied, and a district that was paused.
CREATE FUNCTION causes_of_pauses() RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    WITH today AS (SELECT local_date(d.time_zone) AS day, d.paused_at, d.paused_reason FROM district d WHERE d.district_id = tenant())
    SELECT 'pause.tomorrow', blackout_of(day + 1), NULL::uuid, NULL::uuid,
           'from tomorrow on nothing is applied, by your blackout dates: syncs go on and show what they would change', NULL::interval
    FROM today WHERE blackout_of(day) IS NULL AND blackout_of(day + 1) IS NOT NULL
    UNION ALL
    SELECT 'pause.begun', 'blackout:' || blackout_of(day), NULL, NULL,
           'from today on nothing is applied, by your blackout dates: syncs go on and show what they would change', NULL
    FROM today WHERE blackout_of(day) IS NOT NULL
    UNION ALL
    SELECT 'pause.begun', 'district', NULL, NULL, 'rostering is paused for your district, no sync begins: '
               || coalesce(nullif(paused_reason, ''), 'no reason was given'), NULL
    FROM today WHERE paused_at IS NOT NULL $$;

-- What is wrong with the mails themselves. p_silent: how long a mail may be under way.
CREATE FUNCTION causes_of_mails(p_silent interval) RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT 'owner.unreachable', '', NULL::uuid, NULL::uuid, 'no owner of the district can be mailed: nobody is told what waits for a decision',
           interval '7 days'
    WHERE EXISTS (SELECT FROM source s WHERE s.district_id = tenant() AND s.removed_at IS NULL)
      AND NOT EXISTS (SELECT FROM member m WHERE m.district_id = tenant() AND m.role = 'owner' AND mail_reaches(m.member_id, false))
    UNION ALL
    SELECT 'mail.bouncing', m.member_id::text, NULL, NULL, format('mails to one who is mailed as %s come back: the address takes none%s. '
               'None is sent there any more', m.role, coalesce(' (' || m.bounce_reply || ')', '')), interval '7 days'
    FROM member m WHERE m.district_id = tenant() AND m.removed_at IS NULL AND m.bounced_at IS NOT NULL
    UNION ALL
    SELECT 'mail.silent', '', NULL, NULL, format('%s mails have been under way for too long, the oldest since %s UTC: they were planned and '
               'not sent', count(*), to_char(min(coalesce(x.resent_at, x.planned_at)) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')), interval '1 day'
    FROM mail x WHERE x.district_id = tenant() AND x.state IN ('planned', 'handed over') AND coalesce(x.resent_at, x.planned_at) < now() - p_silent
    HAVING count(*) > 0 $$;

-- All of them, in the district of the transaction. again: told again after so long, while it lasts; NULL: once.
CREATE FUNCTION causes_now(p_silent interval) RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT * FROM causes_unanswered() UNION ALL SELECT * FROM causes_of_sources() UNION ALL SELECT * FROM causes_of_setup()
    UNION ALL SELECT * FROM causes_of_pauses() UNION ALL SELECT * FROM causes_of_mails(p_silent) $$;

-- ---- telling them ---------------------------------------------------------------------------------------------------------------------
-- What lasts no longer; the end of a pause is told as its beginning was.
CREATE FUNCTION causes_end(p_found cause_found[]) RETURNS void LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE c cause;
BEGIN
    FOR c IN UPDATE cause x SET ended_at = now()
             WHERE x.district_id = tenant() AND x.ended_at IS NULL
               AND NOT EXISTS (SELECT FROM unnest(p_found) f WHERE f.kind = x.kind AND f.about = x.about) RETURNING x.* LOOP
        IF c.kind = 'pause.begun' THEN
            PERFORM cause_alert('pause.ended', c.about, NULL, NULL, CASE c.about
                WHEN 'district' THEN 'rostering is no longer paused for your district: the next sync comes as planned'
                ELSE 'your blackout dates are over: what waited is applied by the next sync' END);
        END IF;
    END LOOP;
END $$;

-- Tells what is new or lasts since it was told; how many that were. Twice at once tells once: the rows decide.
CREATE FUNCTION causes_tell(p_silent interval) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE lasting cause_found[] := ARRAY(SELECT f FROM causes_now(p_silent) f); f cause_found; n int := 0;
BEGIN
    FOREACH f IN ARRAY lasting LOOP
        INSERT INTO cause AS x (district_id, kind, about) VALUES (tenant(), f.kind, f.about)
        ON CONFLICT (district_id, kind, about) DO UPDATE SET told_at = now(), tellings = x.tellings + 1, ended_at = NULL,
            since = CASE WHEN x.ended_at IS NULL THEN x.since ELSE now() END
        WHERE x.ended_at IS NOT NULL OR x.told_at < now() - f.again;
        CONTINUE WHEN NOT FOUND;
        PERFORM cause_alert(f.kind, f.about, f.run_id, f.source_id, f.message);
        n := n + 1;
    END LOOP;
    PERFORM causes_end(lasting);
    RETURN n;
END $$;
REVOKE ALL ON FUNCTION causes_tell(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION causes_tell(interval) TO rollcall_scheduler;
GRANT EXECUTE ON FUNCTION reason_is_credentials(text) TO rollcall_notifier;

-- What is over is forgotten with the alerts that told it.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure)
        || E'\nUNION ALL VALUES (''alerts'', ''cause'', ''x.ended_at < $1'', '''') -- 0046\n');
END $$;

RESET search_path;
