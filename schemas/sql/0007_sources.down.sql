-- Sources of the other kinds cannot stay: they lose their version or, being CSV, are marked removed and become addresses of nothing.
SET search_path = rollcall;

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
    FOREACH c IN ARRAY ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']
                       || CASE WHEN s.demographics THEN ARRAY['demographics'] ELSE '{}' END LOOP
        INSERT INTO run_collection (district_id, run_id, collection) VALUES (tenant(), p_run, c);
        PERFORM pass_lanes(p_run, c);
    END LOOP;
    RETURN true;
END $$;
DROP FUNCTION source_collections(source);

ALTER TABLE source DROP CONSTRAINT source_address_check;
ALTER TABLE source NO FORCE ROW LEVEL SECURITY; -- the owner mends every district's rows
UPDATE source SET removed_at = coalesce(removed_at, now()), automatic = false, kind = 'oneroster-rest', auth = 'oauth2',
    base_url = 'https://csv.invalid'
WHERE kind = 'oneroster-csv';
UPDATE source SET version = '1.1' WHERE version <> '1.1';
ALTER TABLE source FORCE ROW LEVEL SECURITY;
ALTER TABLE source DROP CONSTRAINT source_kind_check, DROP CONSTRAINT source_version_check, DROP CONSTRAINT source_auth_check;
ALTER TABLE source
    DROP COLUMN resources,
    ALTER COLUMN base_url DROP DEFAULT,
    ALTER COLUMN auth DROP DEFAULT,
    ADD CONSTRAINT source_kind_check CHECK (kind IN ('oneroster-rest')),
    ADD CONSTRAINT source_version_check CHECK (version IN ('1.1')),
    ADD CONSTRAINT source_auth_check CHECK (auth IN ('oauth1-sha1', 'oauth1-sha256', 'oauth2'));

RESET search_path;
