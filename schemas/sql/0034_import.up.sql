-- Accounts that a live application had before the first sync, from a file that it was exported to.

SET search_path = rollcall;

-- By which id the application knows an account that was imported, and what the file said of it last: only what has changed in the file since
-- is the application's edit.
CREATE TABLE imported_account (
    district_id uuid NOT NULL,
    own_id text NOT NULL CHECK (length(own_id) BETWEEN 1 AND 200),
    account_id uuid NOT NULL,
    said jsonb NOT NULL,                        -- the file's row
    imported_by text NOT NULL, imported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, own_id),
    FOREIGN KEY (district_id) REFERENCES district
);
CREATE INDEX imported_account_account ON imported_account (district_id, account_id);
ALTER TABLE imported_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE imported_account FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON imported_account USING (district_id = tenant()) WITH CHECK (district_id = tenant());

-- The source of roles that no source brought: they stand until a record that the account follows says its own.
CREATE FUNCTION no_source() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;

-- The roles that the file says become the account's, unless records say them.
CREATE FUNCTION import_roles(p_account uuid, p_roles jsonb, p_today date) RETURNS void LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant() AND l.account_id = p_account) THEN RETURN; END IF;
    UPDATE account_role r SET ended_on = p_today
    WHERE r.district_id = tenant() AND r.account_id = p_account AND r.source_id = no_source() AND r.ended_on IS NULL
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(p_roles) x WHERE x ->> 'role' = r.role AND x ->> 'school' = r.school_id);
    INSERT INTO account_role AS r (district_id, account_id, role, source_id, school_id, began_on)
    SELECT DISTINCT tenant(), p_account, x ->> 'role', no_source(), x ->> 'school', p_today FROM jsonb_array_elements(p_roles) x
    ON CONFLICT (district_id, account_id, role, source_id, school_id) DO UPDATE SET ended_on = NULL WHERE r.ended_on IS NOT NULL;
END $$;

-- A row of the file becomes an account. An id that is a UUID stays the account's; one that is an account's already is only noted.
CREATE FUNCTION import_new(p_row jsonb, p_by text, p_today date) RETURNS text LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE v jsonb := p_row -> 'values'; own text := p_row ->> 'id'; made uuid; known boolean;
BEGIN
    made := CASE WHEN own ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN own::uuid ELSE uuid7() END;
    SELECT EXISTS (SELECT FROM account a WHERE a.district_id = tenant() AND a.account_id = made) INTO known;
    INSERT INTO imported_account (district_id, own_id, account_id, said, imported_by) VALUES (tenant(), own, made, p_row - 'line', p_by);
    IF known THEN RETURN 'unchanged'; END IF;
    INSERT INTO account (district_id, account_id, username, given_name, family_name, middle_name, email, phone, sms, identifier, master_id, grades,
        origin, status, archived_at)
    VALUES (tenant(), made, v ->> 'username', v ->> 'given_name', v ->> 'family_name', v ->> 'middle_name', v ->> 'email', v ->> 'phone', v ->> 'sms',
        v ->> 'identifier', v ->> 'master_id', coalesce(string_to_array(value_text(v -> 'grades'), ','), '{}'), 'hand',
        coalesce(p_row ->> 'status', 'active'), CASE WHEN p_row ->> 'status' = 'archived' THEN now() END);
    PERFORM import_roles(made, coalesce(p_row -> 'roles', '[]'), p_today);
    INSERT INTO history (district_id, kind, account_id, new_value, cause, approved, on_date)
    VALUES (tenant(), 'create', made, (SELECT jsonb_object_agg(e.key, value_text(e.value)) FROM jsonb_each(v) e
            WHERE value_text(e.value) IS NOT NULL)::text, 'imported', true, p_today);
    INSERT INTO outbox (district_id, topic, key, data) VALUES (tenant(), 'roster.changed', made::text,
        jsonb_build_object('district', tenant(), 'account', made, 'kind', 'create', 'fields', '[]'::jsonb));
    RETURN 'created';
END $$;

-- A row that says something else than the last time: what has changed in it is an edit of the account, as far as the account differs.
CREATE FUNCTION import_again(p_row jsonb, p_was imported_account, p_by text, p_today date) RETURNS text LANGUAGE plpgsql
SET search_path = rollcall, pg_temp AS $$
DECLARE a account; v jsonb;
BEGIN
    UPDATE imported_account i SET said = p_row - 'line', imported_by = p_by, imported_at = now()
    WHERE i.district_id = tenant() AND i.own_id = p_was.own_id;
    SELECT x.* INTO a FROM account x WHERE x.district_id = tenant() AND x.account_id = p_was.account_id FOR UPDATE;
    IF NOT FOUND THEN RETURN 'unchanged'; END IF;
    SELECT jsonb_object_agg(e.key, value_text(e.value)) INTO v FROM jsonb_each(p_row -> 'values') e
    WHERE value_text(e.value) IS DISTINCT FROM value_text(p_was.said -> 'values' -> e.key)
      AND value_text(e.value) IS DISTINCT FROM value_text(to_jsonb(a) -> e.key);
    IF p_row ? 'roles' AND p_row -> 'roles' IS DISTINCT FROM p_was.said -> 'roles' THEN PERFORM import_roles(a.account_id, p_row -> 'roles', p_today); END IF;
    IF v IS NULL AND p_row -> 'roles' IS NOT DISTINCT FROM p_was.said -> 'roles' THEN RETURN 'unchanged'; END IF;
    v := coalesce(v, '{}');
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
        field_versions = x.field_versions || coalesce((SELECT jsonb_object_agg(k, coalesce((x.field_versions ->> k)::bigint, 0) + 1)
                                                       FROM jsonb_object_keys(v) k), '{}'),
        version = x.version + 1, updated_at = now()
    WHERE x.district_id = tenant() AND x.account_id = a.account_id;
    INSERT INTO history (district_id, kind, account_id, field, old_value, new_value, cause, version_after, approved, on_date)
    SELECT tenant(), 'update', a.account_id, k, value_text(to_jsonb(a) -> k), v ->> k, 'imported', coalesce((a.field_versions ->> k)::bigint, 0) + 1,
        true, p_today
    FROM jsonb_object_keys(v) k;
    INSERT INTO outbox (district_id, topic, key, data) VALUES (tenant(), 'roster.changed', a.account_id::text,
        jsonb_build_object('district', tenant(), 'account', a.account_id, 'kind', 'update',
            'fields', coalesce((SELECT jsonb_agg(k ORDER BY k) FROM jsonb_object_keys(v) k), '[]')));
    RETURN 'changed';
END $$;

-- Rows of the file: what became of each. A row with a problem changes nothing; the caller, who holds the district's lock, takes all back then.
CREATE FUNCTION import_accounts(p_rows jsonb, p_by text) RETURNS TABLE (line int, became text, field text, problem text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE r record; was imported_account; today date := (SELECT local_date(d.time_zone) FROM district d WHERE d.district_id = tenant());
BEGIN
    FOR r IN
        SELECT x.value AS row, (x.value ->> 'line')::int AS line, (
            SELECT o FROM unnest(n.owners) o WHERE o <> coalesce(i.account_id::text, lower(x.value ->> 'id')) LIMIT 1) AS taken
        FROM jsonb_array_elements(p_rows) x
        LEFT JOIN imported_account i ON i.district_id = tenant() AND i.own_id = x.value ->> 'id'
        LEFT JOIN (
            SELECT lower(a.username) AS name, array_agg(a.account_id::text ORDER BY a.account_id) AS owners FROM account a
            WHERE a.district_id = tenant() AND a.username <> '' GROUP BY 1) n ON n.name = lower(x.value -> 'values' ->> 'username')
        ORDER BY 2
    LOOP
        line := r.line; field := NULL; problem := NULL;
        SELECT i.* INTO was FROM imported_account i WHERE i.district_id = tenant() AND i.own_id = r.row ->> 'id';
        IF was.own_id IS NOT NULL AND was.said = r.row - 'line' THEN
            became := 'unchanged';
        ELSIF r.taken IS NOT NULL THEN
            became := 'problem'; field := 'username';
            problem := 'taken by account ' || r.taken || ': give the row that id if it is the same person';
        ELSIF was.own_id IS NOT NULL THEN
            became := import_again(r.row, was, p_by, today);
        ELSE
            became := import_new(r.row, p_by, today);
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- The guardianships of rows that became accounts: those that a row names of an account that the application does not have are problems. Made by
-- hand: no sync ends them, and one that has ended stays so.
CREATE FUNCTION import_guardianships(p_rows jsonb) RETURNS TABLE (line int, became text, field text, problem text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH named AS (
        SELECT (x.value ->> 'line')::int AS line, f.field, x.value ->> 'id' AS own, e.other,
               coalesce(nullif(x.value ->> 'relation', ''), 'guardian') AS relation
        FROM jsonb_array_elements(p_rows) x, unnest(ARRAY['students', 'guardians']) f (field),
             LATERAL jsonb_array_elements_text(coalesce(x.value -> f.field, '[]')) e (other)),
    pairs AS (
        SELECT n.line, n.field, n.other, n.relation, o.account_id IS NULL AS unknown,
               CASE n.field WHEN 'students' THEN m.account_id ELSE o.account_id END AS guardian_id,
               CASE n.field WHEN 'students' THEN o.account_id ELSE m.account_id END AS student_id
        FROM named n
        JOIN imported_account m ON m.district_id = tenant() AND m.own_id = n.own
        LEFT JOIN imported_account o ON o.district_id = tenant() AND o.own_id = n.other),
    made AS (
        INSERT INTO guardianship (district_id, guardian_id, student_id, relation, began_on, origin)
        SELECT DISTINCT ON (p.guardian_id, p.student_id) tenant(), p.guardian_id, p.student_id, p.relation, local_date(d.time_zone), 'hand'
        FROM pairs p JOIN district d ON d.district_id = tenant()
        WHERE NOT p.unknown AND p.guardian_id <> p.student_id ORDER BY p.guardian_id, p.student_id, p.line
        ON CONFLICT DO NOTHING RETURNING student_id),
    moved AS (UPDATE account a SET version = a.version + 1 WHERE a.district_id = tenant() AND a.account_id IN (SELECT student_id FROM made))
    SELECT NULL::int, 'guardianship', NULL::text, NULL::text FROM made
    UNION ALL
    SELECT p.line, 'problem', p.field, 'no row has the id ' || p.other FROM pairs p WHERE p.unknown;
END $$;

REVOKE ALL ON FUNCTION import_roles(uuid, jsonb, date), import_new(jsonb, text, date), import_again(jsonb, imported_account, text, date),
    import_accounts(jsonb, text), import_guardianships(jsonb) FROM PUBLIC;

GRANT SELECT ON imported_account TO rollcall_cli, rollcall_reconciler;
GRANT EXECUTE ON FUNCTION no_source() TO rollcall_cli, rollcall_reconciler;
GRANT EXECUTE ON FUNCTION import_accounts(jsonb, text), import_guardianships(jsonb) TO rollcall_cli;

RESET search_path;
