-- Sources that sign in with a bearer cannot stay: they are marked removed.
SET search_path = rollcall;

CREATE OR REPLACE FUNCTION pass_parallel(l lane, c run_collection) RETURNS smallint LANGUAGE sql VOLATILE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE WHEN l.lane = 0 AND l.step = 0 AND l.pass = 1 AND c.lanes = 1
        THEN (SELECT CASE WHEN s.kind = 'oneroster-rest' THEN s.parallel ELSE 1::smallint END
              FROM source s WHERE s.district_id = l.district_id AND s.source_id = l.source_id)
        ELSE 1::smallint END $$;
DROP FUNCTION source_busy(source, timestamptz);
ALTER TABLE source DROP CONSTRAINT source_auth_check, DROP CONSTRAINT source_busy_check;
ALTER TABLE source NO FORCE ROW LEVEL SECURITY; -- the owner mends every district's rows
UPDATE source SET removed_at = coalesce(removed_at, now()), automatic = false, auth = 'oauth2' WHERE auth = 'bearer';
ALTER TABLE source FORCE ROW LEVEL SECURITY;
ALTER TABLE source DROP COLUMN profile, DROP COLUMN quirks, DROP COLUMN busy_from, DROP COLUMN busy_until;
ALTER TABLE source ADD CONSTRAINT source_auth_check CHECK (auth IN ('oauth1-sha1', 'oauth1-sha256', 'oauth2', 'none'));

RESET search_path;
