-- Applications that read the directory over HTTP (rollcall-roster-server): who they are, what they sign in with, what they may see.

SET search_path = rollcall;

DO $$ BEGIN
    CREATE ROLE rollcall_roster_server LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA rollcall TO rollcall_roster_server;

-- The words that grants are made of: collections that may be read, fields of an account, what may be changed beside its fields.
CREATE FUNCTION application_reads() RETURNS text[] LANGUAGE sql IMMUTABLE
    AS $$ SELECT ARRAY['accounts', 'guardians', 'lists', 'schools', 'changes'] $$;
CREATE FUNCTION application_fields() RETURNS text[] LANGUAGE sql IMMUTABLE
    AS $$ SELECT ARRAY['username', 'given_name', 'family_name', 'middle_name', 'email', 'phone', 'sms', 'identifier', 'master_id', 'grades'] $$;
CREATE FUNCTION application_edits() RETURNS text[] LANGUAGE sql IMMUTABLE
    AS $$ SELECT application_fields() || ARRAY['status', 'create'] $$;

-- An application that may ask, over all districts.
CREATE TABLE application (
    application_id uuid PRIMARY KEY DEFAULT uuid7(),
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    made_by text NOT NULL, made_at timestamptz NOT NULL DEFAULT now(),
    revoked_by text, revoked_at timestamptz     -- for ever: its tokens are not taken any more
);

-- What an application signs in with. Of the secret only a digest is kept; rotating makes a second row, so that the first can run out.
CREATE TABLE application_token (
    token_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    application_id uuid NOT NULL REFERENCES application,
    digest bytea NOT NULL CHECK (length(digest) = 32), -- BLAKE2b-256 of the secret
    made_by text NOT NULL, made_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX application_token_application ON application_token (application_id);

-- What an application may see and change in one district.
CREATE TABLE application_grant (
    district_id uuid NOT NULL REFERENCES district,
    application_id uuid NOT NULL REFERENCES application,
    reads text[] NOT NULL CHECK (reads <@ application_reads()),   -- collections: accounts, guardians, lists, schools, changes
    fields text[] NOT NULL CHECK (fields <@ application_fields()), -- of an account, by its columns' names
    edits text[] NOT NULL DEFAULT '{}' CHECK (edits <@ application_edits()), -- fields that it may change, and the words status and create
    granted_by text NOT NULL, granted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, application_id)
);
CREATE INDEX application_grant_application ON application_grant (application_id);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['application_grant'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;
-- Which districts an application may ask about is searched over all of them; no person's data stands there.
CREATE POLICY all_districts_rollcall_roster_server ON application_grant FOR SELECT TO rollcall_roster_server USING (true);
CREATE POLICY all_districts_rollcall_cli ON application_grant FOR SELECT TO rollcall_cli USING (true);
CREATE POLICY all_districts_rollcall_roster_server ON district FOR SELECT TO rollcall_roster_server USING (true);
GRANT SELECT (district_id, slug, name) ON district TO rollcall_roster_server;
GRANT SELECT ON application, application_token, application_grant TO rollcall_roster_server;
GRANT SELECT, INSERT, UPDATE ON application, application_token TO rollcall_cli;
GRANT SELECT, INSERT, UPDATE, DELETE ON application_grant TO rollcall_cli;

-- An act about an application, into the trail of every district that it may ask about.
CREATE FUNCTION application_audit(p_application uuid, p_who text, p_act text, p_what jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE d uuid;
BEGIN
    FOR d IN SELECT g.district_id FROM application_grant g WHERE g.application_id = p_application ORDER BY 1 LOOP
        PERFORM set_config('rollcall.district', d::text, true);
        INSERT INTO audit (district_id, who, act, what) VALUES (d, p_who, p_act, p_what);
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION tenant(), uuid7() TO rollcall_roster_server;
GRANT EXECUTE ON FUNCTION application_reads(), application_fields(), application_edits() TO rollcall_roster_server, rollcall_cli;
GRANT EXECUTE ON FUNCTION application_audit(uuid, text, text, jsonb) TO rollcall_cli;

RESET search_path;
