-- What a source's host bears, when it must not be asked at all, and credentials that are replaced without a gap.

SET search_path = rollcall;

-- NULL: as the fetchers' options say.
ALTER TABLE source
    ADD COLUMN host_requests int CHECK (host_requests BETWEEN 1 AND 1000000), -- requests to the SIS's host in each window, of all fetchers together
    ADD COLUMN host_window_s int CHECK (host_window_s BETWEEN 1 AND 86400),   -- the window, in seconds
    ADD COLUMN host_concurrent smallint CHECK (host_concurrent BETWEEN 1 AND 1000), -- requests to the SIS's host at a time
    ADD COLUMN quiet_from time,                 -- from then on the SIS is not asked, in the district's zone
    ADD COLUMN quiet_until time,                -- until then; before quiet_from: past midnight
    ADD CONSTRAINT source_quiet_check CHECK ((quiet_from IS NULL) = (quiet_until IS NULL) AND quiet_from <> quiet_until);

-- While a credential is replaced, the new one is tried first and the old one serves until the new one has worked or one of them is
-- withdrawn.
ALTER TABLE source_credential
    ADD COLUMN old_value bytea,                 -- sealed as value; NULL: nothing is being replaced
    ADD COLUMN old_key_id uuid,                 -- the data key that old_value is sealed with
    ADD COLUMN old_set_at timestamptz;

-- When the quiet hours end in which p_at lies; NULL: it lies in none.
CREATE FUNCTION quiet_end(p_from time, p_until time, p_zone text, p_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN p_from < p_until AND t.at >= p_from AND t.at < p_until THEN (t.on + p_until) AT TIME ZONE p_zone
        WHEN p_from > p_until AND t.at < p_until THEN (t.on + p_until) AT TIME ZONE p_zone
        WHEN p_from > p_until AND t.at >= p_from THEN (t.on + 1 + p_until) AT TIME ZONE p_zone END
    FROM (SELECT (p_at AT TIME ZONE p_zone)::date AS on, (p_at AT TIME ZONE p_zone)::time AS at) t $$;

-- The lane waits for a reason that is no trouble of its source's (a rate limit, quiet hours): due later, and the try does not count. A
-- pass that has read nothing yet begins when the wait is over. 'stale' or 'later'.
CREATE FUNCTION lane_later(p_lane uuid, p_take bigint, p_due_ms bigint, p_reason text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE l lane; due timestamptz := now() + p_due_ms * interval '1 ms';
BEGIN
    SELECT * INTO l FROM lane WHERE district_id = tenant() AND lane_id = p_lane;
    l := lane_mine(p_lane, p_take, l.pass, l.step);
    IF l.lane_id IS NULL THEN RETURN 'stale'; END IF;
    UPDATE lane SET due_at = due, lease_until = NULL, lease_holder = NULL, tries = greatest(tries - 1, 0), reason = p_reason
    WHERE district_id = tenant() AND lane_id = p_lane;
    UPDATE run_collection c SET pass_started_at = due
    WHERE c.district_id = tenant() AND c.run_id = l.run_id AND c.collection = l.collection AND c.pass = l.pass
      AND NOT EXISTS (SELECT FROM lane x WHERE x.district_id = tenant() AND x.run_id = l.run_id AND x.collection = l.collection
                      AND x.pass = l.pass AND x.step > 0);
    RETURN 'later';
END $$;

-- The new credentials have worked, as they stood at p_read_at: the old ones are forgotten. True: there were some.
CREATE FUNCTION credential_settle(p_source uuid, p_read_at timestamptz) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE settled text;
BEGIN
    WITH done AS (
        UPDATE source_credential SET old_value = NULL, old_key_id = NULL, old_set_at = NULL
        WHERE district_id = tenant() AND source_id = p_source AND old_value IS NOT NULL AND set_at <= p_read_at RETURNING name)
    SELECT string_agg(name, ' ' ORDER BY name) INTO settled FROM done;
    IF settled IS NULL THEN RETURN false; END IF;
    INSERT INTO audit (district_id, who, act, what)
    VALUES (tenant(), 'rollcall-fetcher', 'secret.settle', jsonb_build_object('source', p_source, 'credentials', settled));
    RETURN true;
END $$;

DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rollcall'::regnamespace
             AND p.proname = ANY (ARRAY['quiet_end', 'lane_later', 'credential_settle']) LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = rollcall, pg_temp', f);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_fetcher', f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION quiet_end(time, time, text, timestamptz) TO rollcall_cli, rollcall_scheduler;

RESET search_path;
