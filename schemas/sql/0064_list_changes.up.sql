-- Class lists in what is told of the directory: what becomes of a list itself, and that others are on it.

SET search_path = rollcall;

-- A change is about an account or a list.
ALTER TABLE change ALTER COLUMN account_id DROP NOT NULL;
ALTER TABLE change ADD COLUMN list_id uuid;
ALTER TABLE change ADD CONSTRAINT change_about CHECK (num_nonnulls(account_id, list_id) = 1);

-- As 0028, of list.changed too: one order for both, so that one position is a place in both.
CREATE OR REPLACE FUNCTION outbox_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
DECLARE d record; head bigint;
BEGIN
    FOR d IN SELECT x.district_id, count(*) AS n FROM added x
             WHERE x.topic IN ('roster.changed', 'list.changed') AND x.data ?| '{account,list}' GROUP BY 1 LOOP
        INSERT INTO change_head AS h (district_id, position) VALUES (d.district_id, d.n)
        ON CONFLICT (district_id) DO UPDATE SET position = h.position + excluded.position RETURNING h.position INTO head;
        INSERT INTO change (district_id, position, outbox_id, account_id, list_id, data)
        SELECT d.district_id, head - d.n + row_number() OVER (ORDER BY x.outbox_id), x.outbox_id, (x.data ->> 'account')::uuid,
            (x.data ->> 'list')::uuid, x.data
        FROM added x
        WHERE x.district_id = d.district_id AND x.topic IN ('roster.changed', 'list.changed') AND x.data ?| '{account,list}';
    END LOOP;
    RETURN NULL;
END $$;

-- A list as applications see it. Who is on it is asked apart.
CREATE FUNCTION list_view(u user_list) RETURNS jsonb LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT jsonb_build_object('id', u.list_id, 'title', u.title, 'class_code', u.class_code, 'school', u.school_id, 'terms', u.terms,
        'grades', u.grades, 'source', u.source_id, 'class', u.class_id, 'ended_on', u.ended_on) $$;

-- list.changed, of one list.
CREATE FUNCTION list_event(p_district uuid, p_list uuid, p_kind text, p_fields text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = rollcall, pg_temp AS $$
    SELECT jsonb_build_object('district', p_district, 'list', p_list, 'kind', p_kind, 'fields', to_jsonb(p_fields)) $$;

-- Triggers, so that it is told whoever does it: a plan, a merge, a hand. A statement tells of a list once. Who goes row by row, or takes back what
-- it does, says rollcall.lists_later in its transaction, and tells of lists itself. Plans of these statements outlive the few rows for which they
-- were made: no nested loop.
CREATE FUNCTION list_made_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    INSERT INTO outbox (district_id, topic, key, data)
    SELECT n.district_id, 'list.changed', n.list_id::text, list_event(n.district_id, n.list_id, 'create', '{}')
    FROM made n ORDER BY n.list_id;
    RETURN NULL;
END $$;

-- What of it an application would see otherwise; versions and who named it are no such thing.
CREATE FUNCTION list_moved_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp
SET enable_nestloop = off AS $$
BEGIN
    IF current_setting('rollcall.lists_later', true) = 'on' THEN RETURN NULL; END IF;
    INSERT INTO outbox (district_id, topic, key, data)
    SELECT c.district_id, 'list.changed', c.list_id::text, list_event(c.district_id, c.list_id,
        CASE WHEN c.ended_before IS NULL AND c.ended_on IS NOT NULL THEN 'end'
             WHEN c.ended_before IS NOT NULL AND c.ended_on IS NULL THEN 'restore' ELSE 'update' END, f.fields)
    FROM (SELECT n.district_id, n.list_id, n.ended_on, o.ended_on AS ended_before, n::user_list AS now, o::user_list AS before
          FROM moved n JOIN was o USING (district_id, list_id)
          WHERE (n.title, n.class_code, n.school_id, n.terms, n.grades, n.source_id, n.class_id, n.ended_on) IS DISTINCT FROM
                (o.title, o.class_code, o.school_id, o.terms, o.grades, o.source_id, o.class_id, o.ended_on)
          OFFSET 0) c,
        LATERAL (SELECT list_view(c.now) AS now, list_view(c.before) AS before) v,
        LATERAL (SELECT array_agg(k ORDER BY k) AS fields FROM jsonb_object_keys(v.now) k WHERE v.now -> k <> v.before -> k) f
    ORDER BY c.list_id;
    RETURN NULL;
END $$;

-- Somebody is on a list; who was never on it, but is kept off, is nobody to tell of.
CREATE FUNCTION members_made_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp
SET enable_nestloop = off AS $$
BEGIN
    IF current_setting('rollcall.lists_later', true) = 'on' THEN RETURN NULL; END IF;
    INSERT INTO outbox (district_id, topic, key, data)
    SELECT n.district_id, 'list.changed', n.list_id::text, list_event(n.district_id, n.list_id, 'members', '{}')
    FROM (SELECT DISTINCT district_id, list_id FROM made WHERE ended_on IS NULL) n ORDER BY n.list_id;
    RETURN NULL;
END $$;

-- Somebody's time on a list ended, goes on, or is dated otherwise.
CREATE FUNCTION members_moved_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp
SET enable_nestloop = off AS $$
BEGIN
    IF current_setting('rollcall.lists_later', true) = 'on' THEN RETURN NULL; END IF;
    INSERT INTO outbox (district_id, topic, key, data)
    SELECT n.district_id, 'list.changed', n.list_id::text, list_event(n.district_id, n.list_id, 'members', '{}')
    FROM (SELECT DISTINCT district_id, list_id FROM moved m JOIN was o USING (district_id, list_id, account_id, role)
          WHERE (m.began_on, m.ended_on) IS DISTINCT FROM (o.began_on, o.ended_on)) n
    ORDER BY n.list_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION list_event(uuid, uuid, text, text[]), list_made_told(), list_moved_told(), members_made_told(), members_moved_told() FROM PUBLIC;

CREATE TRIGGER list_made_told AFTER INSERT ON user_list REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION list_made_told();
CREATE TRIGGER list_moved_told AFTER UPDATE ON user_list REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION list_moved_told();
CREATE TRIGGER members_made_told AFTER INSERT ON membership REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION members_made_told();
CREATE TRIGGER members_moved_told AFTER UPDATE ON membership REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_moved_told();

REVOKE ALL ON FUNCTION list_view(user_list) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_view(user_list) TO rollcall_roster_server;
GRANT EXECUTE ON FUNCTION list_event(uuid, uuid, text, text[]) TO rollcall_reconciler;

-- What the relay sends first is found without reading what tells of the directory.
DROP INDEX outbox_first;
CREATE INDEX outbox_first ON outbox (district_id, outbox_id) WHERE topic NOT IN ('roster.changed', 'list.changed');

RESET search_path;
