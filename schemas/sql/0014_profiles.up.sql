-- Vendor profiles (schemas/profiles): what a source was made by, and what of it the stages must know. The rest of a profile stands in the
-- columns that a source has anyway, and may be changed there.

SET search_path = rollcall;

ALTER TABLE source DROP CONSTRAINT source_auth_check;
ALTER TABLE source
    ADD COLUMN profile text,                    -- the vendor profile that it was made by, where one was named
    ADD COLUMN quirks jsonb NOT NULL DEFAULT '{}', -- the profile's quirks, as profile.schema.json has them, and its rule for the primary parent
    ADD COLUMN busy_from time,                  -- from then on it is asked one question at a time, in the district's zone
    ADD COLUMN busy_until time,                 -- until then, past midnight where it is before busy_from
    ADD CONSTRAINT source_busy_check CHECK ((busy_from IS NULL) = (busy_until IS NULL)),
    ADD CONSTRAINT source_auth_check CHECK (auth IN ('oauth1-sha1', 'oauth1-sha256', 'oauth2', 'bearer', 'none'));

-- Does the source want one question at a time at that moment?
CREATE FUNCTION source_busy(s source, p_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT CASE WHEN s.busy_from <= s.busy_until THEN t.at >= s.busy_from AND t.at < s.busy_until
                                 ELSE t.at >= s.busy_from OR t.at < s.busy_until END
                     FROM (SELECT (p_at AT TIME ZONE d.time_zone)::time AS at FROM district d WHERE d.district_id = s.district_id) t), false) $$;
ALTER FUNCTION source_busy(source, timestamptz) SET search_path = rollcall, pg_temp;

-- As in 0006; one lane in the source's busy hours.
CREATE OR REPLACE FUNCTION pass_parallel(l lane, c run_collection) RETURNS smallint LANGUAGE sql VOLATILE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE WHEN l.lane = 0 AND l.step = 0 AND l.pass = 1 AND c.lanes = 1
        THEN (SELECT CASE WHEN s.kind = 'oneroster-rest' AND NOT source_busy(s, now()) THEN s.parallel ELSE 1::smallint END
              FROM source s WHERE s.district_id = l.district_id AND s.source_id = l.source_id)
        ELSE 1::smallint END $$;

GRANT EXECUTE ON FUNCTION source_busy(source, timestamptz) TO rollcall_fetcher, rollcall_scheduler, rollcall_cli, rollcall_reconciler;

RESET search_path;
