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

-- What was told by roster.changed, in the order in which it was committed, for applications that ask instead of listening.
CREATE TABLE change (
    district_id uuid NOT NULL,
    position bigint NOT NULL,                   -- without gaps; a transaction has its own only once all before it are committed
    outbox_id bigint NOT NULL,                  -- of the message: its ce_id is outbox-<this>
    account_id uuid NOT NULL,
    data jsonb NOT NULL,                        -- the message's: ids and names of fields
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, position)
);
CREATE INDEX change_at ON change (district_id, at);

-- The last position of a district's changes. Its row's lock is what puts transactions in order.
CREATE TABLE change_head (
    district_id uuid PRIMARY KEY REFERENCES district,
    position bigint NOT NULL
);

-- What an application was told of whom: a row for each answer with people in it, written before the answer is sent.
CREATE TABLE disclosure (
    district_id uuid NOT NULL,
    disclosure_id bigint GENERATED ALWAYS AS IDENTITY,
    application_id uuid NOT NULL,
    route text NOT NULL,                        -- what was asked, without its parameters
    fields text[] NOT NULL,                     -- of accounts, that the answer held
    accounts uuid[] NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, disclosure_id)
);
CREATE INDEX disclosure_at ON disclosure (district_id, at);

-- Idempotency keys of accounts that applications made: said twice, an account is made once.
CREATE TABLE application_key (
    district_id uuid NOT NULL,
    application_id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    digest text NOT NULL,                       -- of the body: another one under the same key is refused
    account_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, application_id, key)
);

-- A change belongs to a plan or to an act of a person, or is an application's own edit.
ALTER TABLE history ALTER COLUMN run_id DROP NOT NULL, ALTER COLUMN plan_id DROP NOT NULL;
ALTER TABLE history ADD COLUMN application_id uuid; -- the application whose own edit it was

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['application_grant', 'change', 'change_head', 'disclosure', 'application_key'] LOOP
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

-- ---- the feed --------------------------------------------------------------------------------------------------------------------
-- Whatever is told by roster.changed becomes a change, whichever program tells it.
CREATE FUNCTION outbox_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE d record; head bigint;
BEGIN
    FOR d IN SELECT x.district_id, count(*) AS n FROM added x WHERE x.topic = 'roster.changed' AND x.data ? 'account' GROUP BY 1 LOOP
        INSERT INTO change_head AS h (district_id, position) VALUES (d.district_id, d.n)
        ON CONFLICT (district_id) DO UPDATE SET position = h.position + excluded.position RETURNING h.position INTO head;
        INSERT INTO change (district_id, position, outbox_id, account_id, data)
        SELECT d.district_id, head - d.n + row_number() OVER (ORDER BY x.outbox_id), x.outbox_id, (x.data ->> 'account')::uuid, x.data
        FROM added x WHERE x.district_id = d.district_id AND x.topic = 'roster.changed' AND x.data ? 'account';
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION outbox_changes() FROM PUBLIC;
CREATE TRIGGER outbox_changes AFTER INSERT ON outbox REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION outbox_changes();

-- ---- what is shown -----------------------------------------------------------------------------------------------------------------
-- The account that an id stands for now, through every merge; the id itself where there was none. NULL: no such account.
CREATE FUNCTION account_stays(p_account uuid) RETURNS uuid LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    WITH RECURSIVE chain AS (
        SELECT a.account_id, (to_jsonb(a) ->> 'merged_into')::uuid AS into_id FROM account a
        WHERE a.district_id = tenant() AND a.account_id = p_account
        UNION
        SELECT a.account_id, (to_jsonb(a) ->> 'merged_into')::uuid FROM chain c
        JOIN account a ON a.district_id = tenant() AND a.account_id = c.into_id)
    SELECT account_id FROM chain WHERE into_id IS NULL $$;

-- What moves whenever the view below does: the account's version, access (which no plan reads, so it moves none), and what was granted.
CREATE FUNCTION account_tag(a account, p_fields text[], p_reads text[]) RETURNS text LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT a.version || '.' || a.access::int || '.' || substr(md5(p_fields::text || p_reads::text), 1, 8) $$;

-- An account as applications see it: what the grant names, and what is no person's data.
CREATE FUNCTION account_view(a account, p_fields text[], p_reads text[]) RETURNS jsonb LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT jsonb_build_object('id', a.account_id, 'kind', a.kind, 'status', a.status, 'access', a.access, 'origin', a.origin,
            'version', a.version, 'archived_at', a.archived_at, 'merged_into', to_jsonb(a) ->> 'merged_into',
            'roles', (SELECT coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'source', r.source_id, 'school', r.school_id, 'since', r.began_on)
                          ORDER BY r.role, r.source_id, r.school_id), '[]')
                      FROM account_role r WHERE r.district_id = a.district_id AND r.account_id = a.account_id AND r.ended_on IS NULL),
            'records', (SELECT coalesce(jsonb_agg(jsonb_build_object('source', l.source_id, 'id', l.sourced_id) ORDER BY l.source_id, l.sourced_id), '[]')
                        FROM account_link l WHERE l.district_id = a.district_id AND l.account_id = a.account_id))
        || coalesce((SELECT jsonb_object_agg(f, to_jsonb(a) -> f) FROM unnest(p_fields) f), '{}')
        || CASE WHEN 'guardians' = ANY (p_reads) THEN jsonb_build_object('guardians',
            (SELECT coalesce(jsonb_agg(jsonb_build_object('account', g.guardian_id, 'relation', g.relation, 'since', g.began_on)
                 ORDER BY g.guardian_id), '[]')
             FROM guardianship g WHERE g.district_id = a.district_id AND g.student_id = a.account_id AND g.ended_on IS NULL)) ELSE '{}' END
        || CASE WHEN 'lists' = ANY (p_reads) THEN jsonb_build_object('lists',
            (SELECT coalesce(jsonb_agg(jsonb_build_object('list', m.list_id, 'role', m.role, 'since', m.began_on)
                 ORDER BY m.list_id, m.role), '[]')
             FROM membership m WHERE m.district_id = a.district_id AND m.account_id = a.account_id AND m.ended_on IS NULL)) ELSE '{}' END $$;

-- Schools that the sources sent. The mirror's other records are nobody's who asks here.
CREATE FUNCTION directory_schools() RETURNS TABLE (source_id uuid, school_id text, name text, present boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
    SELECT m.source_id, m.sourced_id, m.body ->> 'name', m.present FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.body ->> 'type' = 'school' $$;

-- ---- an application's own edits (P8) ---------------------------------------------------------------------------------------------
-- Tells the others, and lets the application know its own echo.
CREATE FUNCTION application_tells(p_application uuid, p_account uuid, p_kind text, p_fields text[]) RETURNS void LANGUAGE sql
SET search_path = rollcall, pg_temp AS $$
    INSERT INTO outbox (district_id, topic, key, data)
    VALUES (tenant(), 'roster.changed', p_account::text, jsonb_build_object('district', tenant(), 'account', p_account, 'kind', p_kind,
        'fields', to_jsonb(p_fields), 'origin', 'application', 'application', p_application)) $$;

-- Who archives has declined that a sync restores, until the person has gone and come back; who restores, the archive that the records'
-- absence asks for. As acts by hand do.
CREATE FUNCTION application_declines(p_application uuid, p_account uuid, p_status text) RETURNS void LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE said text := 'application ' || p_application;
BEGIN
    IF p_status = 'archived' THEN
        INSERT INTO declined AS d (district_id, node, kind, waits, by)
        SELECT tenant(), 'r:' || m.source_id || ':' || m.sourced_id, 'presence', m.returns::text, said
        FROM account_link l JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users'
            AND m.sourced_id = l.sourced_id
        WHERE l.district_id = tenant() AND l.account_id = p_account
        ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by, at = now();
        UPDATE mirror_record m SET version = m.version + 1 FROM account_link l
        WHERE l.district_id = tenant() AND l.account_id = p_account AND m.district_id = tenant() AND m.collection = 'users'
            AND m.source_id = l.source_id AND m.sourced_id = l.sourced_id;
        RETURN;
    END IF;
    INSERT INTO declined AS d (district_id, node, kind, waits, by)
    SELECT tenant(), 'a:' || p_account, 'archive', string_agg(DISTINCT w.e, ';'), said
    FROM (SELECT string_to_table(h.evidence, ';') AS e FROM (
              SELECT evidence FROM history WHERE district_id = tenant() AND account_id = p_account AND kind = 'archive' AND run_id IS NOT NULL
              ORDER BY history_id DESC LIMIT 1) h
          UNION
          SELECT 'r:' || l.source_id || ':' || l.sourced_id || '=' || CASE WHEN m.gone > 0 THEN 'gone:' || m.sights ELSE 'unshared' END
          FROM account_link l
          JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = l.source_id AND m.collection = 'users' AND m.sourced_id = l.sourced_id
          JOIN source s ON s.district_id = tenant() AND s.source_id = l.source_id
          WHERE l.district_id = tenant() AND l.account_id = p_account AND (m.gone > 0 OR s.removed_at IS NOT NULL)) w
    WHERE w.e <> '' HAVING count(*) > 0
    ON CONFLICT (district_id, node, kind, field) DO UPDATE SET waits = excluded.waits, by = excluded.by, at = now();
END $$;

-- The text that plans, history and undo know a value by.
CREATE FUNCTION value_text(p_value jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(CASE jsonb_typeof(p_value) WHEN 'array' THEN (SELECT string_agg(x, ',' ORDER BY n) FROM jsonb_array_elements_text(p_value)
        WITH ORDINALITY AS e(x, n)) ELSE p_value #>> '{}' END, '') $$;

-- Fields of an account become what an application says (JSON: field to text, list or null): as a plan's update does it, with history and
-- roster.changed. Only what differs is a change. How many fields that were.
CREATE FUNCTION application_edits_fields(p_application uuid, p_account uuid, p_values jsonb) RETURNS int LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE a account; v jsonb;
BEGIN
    SELECT x.* INTO STRICT a FROM account x WHERE x.district_id = tenant() AND x.account_id = p_account FOR UPDATE;
    SELECT jsonb_object_agg(e.key, value_text(e.value)) INTO v FROM jsonb_each(p_values) e
    WHERE e.key = ANY (application_fields()) AND value_text(e.value) IS DISTINCT FROM value_text(to_jsonb(a) -> e.key);
    IF v IS NULL THEN RETURN 0; END IF;
    UPDATE account x SET
        username = CASE WHEN v ? 'username' THEN v ->> 'username' ELSE x.username END,
        given_name = CASE WHEN v ? 'given_name' THEN v ->> 'given_name' ELSE x.given_name END,
        family_name = CASE WHEN v ? 'family_name' THEN v ->> 'family_name' ELSE x.family_name END,
        middle_name = CASE WHEN v ? 'middle_name' THEN v ->> 'middle_name' ELSE x.middle_name END,
        email = CASE WHEN v ? 'email' THEN v ->> 'email' ELSE x.email END,
        phone = CASE WHEN v ? 'phone' THEN v ->> 'phone' ELSE x.phone END,
        sms = CASE WHEN v ? 'sms' THEN v ->> 'sms' ELSE x.sms END,
        identifier = CASE WHEN v ? 'identifier' THEN v ->> 'identifier' ELSE x.identifier END,
        master_id = CASE WHEN v ? 'master_id' THEN v ->> 'master_id' ELSE x.master_id END,
        grades = CASE WHEN v ? 'grades' THEN coalesce(string_to_array(v ->> 'grades', ','), '{}') ELSE x.grades END,
        field_versions = x.field_versions || (SELECT jsonb_object_agg(k, coalesce((x.field_versions ->> k)::bigint, 0) + 1)
                                              FROM jsonb_object_keys(v) k),
        version = x.version + 1, updated_at = now()
    WHERE x.district_id = tenant() AND x.account_id = p_account;
    INSERT INTO history (district_id, kind, account_id, field, old_value, new_value, cause, version_after, approved, on_date, application_id)
    SELECT tenant(), 'update', p_account, k, value_text(to_jsonb(a) -> k), v ->> k, 'edited by the application',
        coalesce((a.field_versions ->> k)::bigint, 0) + 1, true, (SELECT local_date(d.time_zone) FROM district d WHERE d.district_id = tenant()),
        p_application
    FROM jsonb_object_keys(v) k;
    PERFORM application_tells(p_application, p_account, 'update', (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(v) k));
    RETURN (SELECT count(*) FROM jsonb_object_keys(v));
END $$;

-- An application archives or restores. Whether that changed anything.
CREATE FUNCTION application_edits_status(p_application uuid, p_account uuid, p_status text) RETURNS boolean LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE a account; act text := CASE p_status WHEN 'archived' THEN 'archive' ELSE 'restore' END;
BEGIN
    UPDATE account x SET status = p_status, status_version = x.status_version + 1, version = x.version + 1, updated_at = now(), archived_run = NULL,
        archived_at = CASE WHEN p_status = 'archived' THEN now() END
    WHERE x.district_id = tenant() AND x.account_id = p_account AND x.status <> p_status RETURNING x.* INTO a;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM application_declines(p_application, p_account, p_status);
    INSERT INTO history (district_id, kind, account_id, old_value, new_value, cause, version_after, approved, on_date, application_id)
    SELECT tenant(), act, p_account, CASE p_status WHEN 'archived' THEN 'active' ELSE 'archived' END, p_status, 'edited by the application',
        a.status_version, true, local_date(d.time_zone), p_application FROM district d WHERE d.district_id = tenant();
    PERFORM application_tells(p_application, p_account, act, '{}');
    RETURN true;
END $$;

-- An application's patch of an account. The caller holds the district's lock.
CREATE FUNCTION application_edit(p_application uuid, p_account uuid, p_patch jsonb) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE n int := application_edits_fields(p_application, p_account, p_patch - 'status');
BEGIN
    IF p_patch ? 'status' THEN n := n + application_edits_status(p_application, p_account, p_patch ->> 'status')::int; END IF;
    RETURN n;
END $$;

-- A person whom an application made: known to no source until one brings a record that is found to be theirs. NULL: the user name or the
-- e-mail address is taken.
CREATE FUNCTION application_make(p_application uuid, p_values jsonb) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE made uuid;
BEGIN
    IF EXISTS (SELECT FROM account a WHERE a.district_id = tenant() AND (lower(a.username) = lower(value_text(p_values -> 'username'))
                   OR lower(a.email) = lower(value_text(p_values -> 'email')))) THEN RETURN NULL; END IF;
    INSERT INTO account (district_id, username, given_name, family_name, middle_name, email, phone, sms, identifier, master_id, grades, origin)
    SELECT tenant(), value_text(p_values -> 'username'), value_text(p_values -> 'given_name'), value_text(p_values -> 'family_name'),
        value_text(p_values -> 'middle_name'), value_text(p_values -> 'email'), value_text(p_values -> 'phone'), value_text(p_values -> 'sms'),
        value_text(p_values -> 'identifier'), value_text(p_values -> 'master_id'),
        coalesce(string_to_array(value_text(p_values -> 'grades'), ','), '{}'), 'hand'
    RETURNING account_id INTO made;
    INSERT INTO history (district_id, kind, account_id, new_value, cause, approved, on_date, application_id)
    SELECT tenant(), 'create', made, (SELECT jsonb_object_agg(e.key, value_text(e.value)) FROM jsonb_each(p_values) e)::text,
        'made by the application', true, local_date(d.time_zone), p_application FROM district d WHERE d.district_id = tenant();
    PERFORM application_tells(p_application, made, 'create', '{}');
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION directory_schools(), application_tells(uuid, uuid, text, text[]), application_declines(uuid, uuid, text),
    application_edits_fields(uuid, uuid, jsonb), application_edits_status(uuid, uuid, text), application_edit(uuid, uuid, jsonb),
    application_make(uuid, jsonb) FROM PUBLIC;

-- ---- retention ---------------------------------------------------------------------------------------------------------------------
-- Rows at the end of the rules as they stand.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) ||
        'UNION ALL VALUES (''changes'', ''change'', ''x.at < $1'', ''''), (''changes'', ''application_key'', ''x.at < $1'', ''''),'
        ' (''disclosures'', ''disclosure'', ''x.at < $1'', '''') -- 0028');
END $$;

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

GRANT SELECT ON account, account_role, account_link, guardianship, user_list, membership, change, change_head, application_key TO rollcall_roster_server;
GRANT INSERT ON disclosure, application_key TO rollcall_roster_server;
GRANT SELECT ON change, change_head, disclosure TO rollcall_cli;
GRANT EXECUTE ON FUNCTION tenant(), uuid7(), account_stays(uuid), account_tag(account, text[], text[]), account_view(account, text[], text[]),
    directory_schools(), application_edit(uuid, uuid, jsonb), application_make(uuid, jsonb) TO rollcall_roster_server;
GRANT EXECUTE ON FUNCTION application_reads(), application_fields(), application_edits() TO rollcall_roster_server, rollcall_cli;
GRANT EXECUTE ON FUNCTION application_audit(uuid, text, text, jsonb) TO rollcall_cli;

RESET search_path;
