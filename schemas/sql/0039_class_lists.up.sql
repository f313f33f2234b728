-- What class lists are called and when they are over; who is on one, or off it, because a person said so.

SET search_path = rollcall;

ALTER TABLE user_list
    ADD COLUMN named_by text,                   -- who named it; NULL: called as the setting class-list-name says
    ADD COLUMN made_run uuid,                   -- the run that made it
    ADD COLUMN ended_on date,                   -- over: its terms, its class or its source are, and nobody of the roster is on it
    ADD COLUMN ended_run uuid;
GRANT SELECT ON user_list TO rollcall_notifier;

-- Classes that a list followed before, under ids that its source gives no longer: what was said of the list under those goes on.
CREATE TABLE list_class_before (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    class_id text NOT NULL,                     -- the SIS id of then
    list_id uuid NOT NULL,
    run_id uuid NOT NULL,                       -- the run that found the class under another id
    PRIMARY KEY (district_id, source_id, class_id)
);
ALTER TABLE list_class_before ENABLE ROW LEVEL SECURITY;
ALTER TABLE list_class_before FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON list_class_before USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON list_class_before TO rollcall_reconciler;
GRANT SELECT ON list_class_before TO rollcall_cli, rollcall_notifier;

-- A list that is renamed is an item and a change of no account: its node is 'l:<list>'.
ALTER TABLE history ALTER COLUMN account_id DROP NOT NULL;
DO $$
DECLARE said text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'plan_item'::regclass AND conname = 'plan_item_kind_check');
BEGIN
    ALTER TABLE plan_item DROP CONSTRAINT plan_item_kind_check;
    EXECUTE 'ALTER TABLE plan_item ADD CONSTRAINT plan_item_kind_check ' || replace(said, 'ARRAY[', 'ARRAY[''rename''::text, ');
END $$;

-- ---- names -------------------------------------------------------------------------------------------------------------------------
-- A JSON list, or one text, as a text.
CREATE FUNCTION texts_joined(p_list jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(p_list) WHEN 'array' THEN (SELECT string_agg(x, ', ' ORDER BY n) FROM jsonb_array_elements_text(p_list)
        WITH ORDINALITY AS e(x, n)) ELSE p_list #>> '{}' END $$;

-- A field of a list's name. NULL: the class says nothing of it.
CREATE FUNCTION class_list_field(p_field text, p_source uuid, p_class text, p_body jsonb) RETURNS text LANGUAGE sql STABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT CASE p_field
        WHEN 'class' THEN coalesce(p_body ->> 'title', p_body ->> 'classCode', p_class)
        WHEN 'class-code' THEN p_body ->> 'classCode'
        WHEN 'period' THEN texts_joined(p_body -> 'periods')
        WHEN 'grade' THEN texts_joined(p_body -> 'grades')
        WHEN 'course' THEN (SELECT m.body ->> 'title' FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = p_source
            AND m.collection = 'courses' AND m.sourced_id = p_body ->> 'course')
        WHEN 'course-code' THEN (SELECT m.body ->> 'courseCode' FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = p_source
            AND m.collection = 'courses' AND m.sourced_id = p_body ->> 'course')
        WHEN 'school' THEN (SELECT m.body ->> 'name' FROM mirror_record m WHERE m.district_id = tenant() AND m.source_id = p_source
            AND m.collection = 'orgs' AND m.sourced_id = p_body ->> 'school')
        WHEN 'term' THEN (SELECT string_agg(m.body ->> 'title', ', ' ORDER BY m.body ->> 'startDate', m.sourced_id) FROM mirror_record m
            WHERE m.district_id = tenant() AND m.source_id = p_source AND m.collection = 'academicSessions' AND p_body -> 'terms' ? m.sourced_id)
        WHEN 'teacher' THEN (SELECT u.body ->> 'familyName' FROM mirror_record e JOIN mirror_record u ON u.district_id = tenant()
                AND u.source_id = p_source AND u.collection = 'users' AND u.sourced_id = e.user_ref AND u.present
            WHERE e.district_id = tenant() AND e.source_id = p_source AND e.class_ref = p_class AND e.collection = 'enrollments' AND e.present
                AND e.body ->> 'role' = 'teacher'
            ORDER BY e.body ->> 'primary' = 'true' DESC NULLS LAST, u.body ->> 'familyName', u.sourced_id LIMIT 1)
        END $$;

-- What a class's list is called: the setting's text with its fields filled in, without what empty ones leave behind, at most 200 characters.
CREATE FUNCTION class_list_name(p_name text, p_source uuid, p_class text, p_body jsonb) RETURNS text LANGUAGE sql STABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT coalesce(nullif(btrim(left(regexp_replace(regexp_replace(
            string_agg(coalesce(w.m[2], class_list_field(w.m[1], p_source, p_class, p_body), ''), '' ORDER BY w.n),
            '\(\s*\)|\[\s*\]', '', 'g'), '\s+', ' ', 'g'), 200), ' ,;:/|-'), ''),
        class_list_field('class', p_source, p_class, p_body))
    FROM regexp_matches(p_name, '\{([a-z-]+)\}|([^{]+)', 'g') WITH ORDINALITY AS w(m, n) $$;

-- ---- undo ----------------------------------------------------------------------------------------------------------------------------
-- Is a membership of this list what the text names, by the class's id of now or one of before?
CREATE FUNCTION list_is_named(u user_list, p_role text, p_name text) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT p_name = 'class:' || u.source_id || ':' || u.class_id || ':' || p_role OR EXISTS (
        SELECT FROM list_class_before b WHERE b.district_id = tenant() AND b.list_id = u.list_id
            AND p_name = 'class:' || b.source_id || ':' || b.class_id || ':' || p_role) $$;
-- The version that an undo of a name must meet, while the list is called so by nobody's hand; else NULL.
CREATE FUNCTION list_name_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT h.version_after FROM user_list u WHERE u.district_id = tenant() AND u.list_id = substr(h.node, 3)::uuid AND u.title = h.new_value
        AND u.named_by IS NULL $$;
-- What an undo finds, of lists too.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION undo_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS %L',
        (SELECT replace(replace(prosrc, $was$'class:' || u.source_id || ':' || u.class_id || ':' || m.role = h.field$was$, 'list_is_named(u, m.role, h.field)'),
             'ELSE (SELECT a.status_version', 'WHEN h.kind = ''rename'' THEN list_name_version(h) ELSE (SELECT a.status_version')
         FROM pg_proc WHERE oid = 'undo_version(history)'::regprocedure));
END $$;

-- ---- a person's word ---------------------------------------------------------------------------------------------------------------
-- History, event and version of an account that a hand put on a list or took off it (P8).
CREATE FUNCTION list_told(p_list uuid, p_account uuid, p_role text, p_kind text, p_version bigint, p_who text) RETURNS void LANGUAGE sql
SET search_path = rollcall, pg_temp AS $$
    INSERT INTO history (district_id, kind, account_id, node, field, new_value, cause, version_after, approved, on_date)
    SELECT tenant(), p_kind, p_account, 'l:' || u.list_id, 'class:' || u.source_id || ':' || u.class_id || ':' || p_role,
        CASE p_kind WHEN 'join' THEN 'member' ELSE 'ended' END, 'by hand: ' || p_who, p_version, true, local_date(d.time_zone)
    FROM user_list u JOIN district d ON d.district_id = tenant() WHERE u.district_id = tenant() AND u.list_id = p_list;
    INSERT INTO outbox (district_id, topic, key, data)
    VALUES (tenant(), 'roster.changed', p_account::text, jsonb_build_object('district', tenant(), 'account', p_account, 'kind', p_kind, 'fields', '[]'::jsonb));
    UPDATE account SET version = version + 1, updated_at = now() WHERE district_id = tenant() AND account_id = p_account $$;

-- Puts somebody on a list for good, whatever the roster says. false: a hand had put them there before. The caller holds the district's lock.
CREATE FUNCTION list_add(p_list uuid, p_account uuid, p_role text, p_who text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE now_at bigint;
BEGIN
    UPDATE membership SET origin = 'roster', version = version + 1 WHERE district_id = tenant() AND list_id = p_list AND account_id = p_account
        AND origin = 'hand' AND ended_on IS NOT NULL AND role <> p_role;
    INSERT INTO membership AS h (district_id, list_id, account_id, role, began_on, origin)
    SELECT tenant(), p_list, p_account, p_role, local_date(d.time_zone), 'hand' FROM district d WHERE d.district_id = tenant()
    ON CONFLICT (district_id, list_id, account_id, role) DO UPDATE SET origin = 'hand', ended_on = NULL, version = h.version + 1
        WHERE h.origin <> 'hand' OR h.ended_on IS NOT NULL
    RETURNING h.version INTO now_at;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM list_told(p_list, p_account, p_role, 'join', now_at, p_who);
    RETURN true;
END $$;

-- Takes somebody off a list for good, in every role; who is not on it is kept off it. false: a hand had done so before. As above.
CREATE FUNCTION list_remove(p_list uuid, p_account uuid, p_who text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE h record; today date := (SELECT local_date(time_zone) FROM district WHERE district_id = tenant()); n int := 0;
BEGIN
    FOR h IN UPDATE membership m SET origin = 'hand', ended_on = coalesce(m.ended_on, today), version = m.version + 1
             WHERE m.district_id = tenant() AND m.list_id = p_list AND m.account_id = p_account AND (m.origin <> 'hand' OR m.ended_on IS NULL)
             RETURNING m.role, m.version LOOP
        PERFORM list_told(p_list, p_account, h.role, 'end', h.version, p_who);
        n := n + 1;
    END LOOP;
    IF n > 0 THEN RETURN true; END IF;
    INSERT INTO membership (district_id, list_id, account_id, role, began_on, ended_on, origin)
    SELECT tenant(), p_list, p_account, 'student', today, today, 'hand'
    WHERE NOT EXISTS (SELECT FROM membership m WHERE m.district_id = tenant() AND m.list_id = p_list AND m.account_id = p_account);
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM list_told(p_list, p_account, 'student', 'end', 1, p_who);
    RETURN true;
END $$;

-- Gives somebody's place on a list back to the roster: the next plan says what becomes of it. false: no hand had its part in it. As above.
CREATE FUNCTION list_release(p_list uuid, p_account uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
BEGIN
    UPDATE membership SET origin = 'roster', version = version + 1
    WHERE district_id = tenant() AND list_id = p_list AND account_id = p_account AND origin = 'hand';
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE account SET version = version + 1, updated_at = now() WHERE district_id = tenant() AND account_id = p_account;
    RETURN true;
END $$;

-- Names a list for good; NULL: it is called as the setting says again, from the next plan on. false: so it is already. As above.
CREATE FUNCTION list_rename(p_list uuid, p_name text, p_who text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = rollcall, pg_temp AS $$
DECLARE was text; now_at bigint;
BEGIN
    SELECT title INTO STRICT was FROM user_list WHERE district_id = tenant() AND list_id = p_list FOR UPDATE;
    UPDATE user_list SET title = coalesce(p_name, title), named_by = CASE WHEN p_name IS NOT NULL THEN p_who END, version = version + 1
    WHERE district_id = tenant() AND list_id = p_list AND ((p_name IS NULL) <> (named_by IS NULL) OR title <> p_name)
    RETURNING version INTO now_at;
    IF NOT FOUND THEN RETURN false; END IF;
    DELETE FROM declined WHERE district_id = tenant() AND node = 'l:' || p_list AND p_name IS NULL;
    IF p_name <> was THEN
        INSERT INTO history (district_id, kind, node, field, old_value, new_value, cause, version_after, approved, on_date)
        SELECT tenant(), 'rename', 'l:' || p_list, 'name', was, p_name, 'by hand: ' || p_who, now_at, true, local_date(d.time_zone)
        FROM district d WHERE d.district_id = tenant();
    END IF;
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION list_told(uuid, uuid, text, text, bigint, text), list_add(uuid, uuid, text, text), list_remove(uuid, uuid, text),
    list_release(uuid, uuid), list_rename(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_add(uuid, uuid, text, text), list_remove(uuid, uuid, text), list_release(uuid, uuid), list_rename(uuid, text, text)
    TO rollcall_cli;
GRANT EXECUTE ON FUNCTION texts_joined(jsonb), class_list_field(text, uuid, text, jsonb), class_list_name(text, uuid, text, jsonb) TO rollcall_reconciler;

RESET search_path;
