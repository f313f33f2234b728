-- What a source may be: OneRoster 1.1 or 1.2, over REST or as CSV zips; and which collections it is read for.

SET search_path = rollcall;

ALTER TABLE source DROP CONSTRAINT source_kind_check, DROP CONSTRAINT source_version_check, DROP CONSTRAINT source_auth_check;
ALTER TABLE source
    ALTER COLUMN base_url SET DEFAULT '',
    ALTER COLUMN auth SET DEFAULT 'none',
    ADD COLUMN resources boolean NOT NULL DEFAULT false,  -- read the collection resources too
    ADD CONSTRAINT source_kind_check CHECK (kind IN ('oneroster-rest', 'oneroster-csv')),
    ADD CONSTRAINT source_version_check CHECK (version IN ('1.1', '1.2')),
    ADD CONSTRAINT source_auth_check CHECK (auth IN ('oauth1-sha1', 'oauth1-sha256', 'oauth2', 'none')),
    -- CSV zips come to us: nobody is asked, so there is neither an address nor a way to sign in
    ADD CONSTRAINT source_address_check CHECK ((kind = 'oneroster-csv') = (base_url = '') AND (kind = 'oneroster-csv') = (auth = 'none'));

-- The collections that a run of the source reads.
CREATE FUNCTION source_collections(s source) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']
        || CASE WHEN s.demographics THEN ARRAY['demographics'] ELSE '{}' END
        || CASE WHEN s.resources THEN ARRAY['resources'] ELSE '{}' END $$;

-- As in 0002, by that list.
CREATE OR REPLACE FUNCTION run_begin(p_run uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
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
    FOREACH c IN ARRAY source_collections(s) LOOP
        INSERT INTO run_collection (district_id, run_id, collection) VALUES (tenant(), p_run, c);
        PERFORM pass_lanes(p_run, c);
    END LOOP;
    RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION source_collections(source), run_begin(uuid) TO rollcall_fetcher, rollcall_scheduler, rollcall_cli, rollcall_reconciler;

RESET search_path;
