-- Each account that is imported is told in a statement of its own, guardianships and partings are not.
SET search_path = rollcall;

GRANT SELECT ON imported_account TO rollcall_reconciler;
DO $do$
DECLARE c record; said text;
BEGIN
    FOR c IN SELECT * FROM (VALUES
        ('match_part(uuid, text, uuid)',
         $was$    INSERT INTO outbox (district_id, topic, key, data) VALUES (tenant(), 'roster.changed', p_account::text,
        jsonb_build_object('district', tenant(), 'account', p_account, 'kind', 'update', 'fields', '[]'::jsonb));
    RETURN true;
$was$,
         $now$    RETURN true;
$now$),
        ('import_guardianships(jsonb)',
         $was$IN (SELECT student_id FROM made)),
    noted AS (
        INSERT INTO history (district_id, kind, account_id, field, new_value, cause, version_after, approved, on_date)
        SELECT tenant(), 'join', g.student_id, 'guardian:a:' || g.guardian_id, g.relation, 'imported', g.version, true, g.began_on FROM made g),
    told AS (
        INSERT INTO outbox (district_id, topic, key, data)
        SELECT tenant(), 'roster.changed', s.student_id::text,
            jsonb_build_object('district', tenant(), 'account', s.student_id, 'kind', 'join', 'fields', '[]'::jsonb)
        FROM (SELECT DISTINCT m.student_id FROM made m) s
        WHERE NOT EXISTS (SELECT FROM history h WHERE h.district_id = tenant() AND h.account_id = s.student_id AND h.kind = 'create'
            AND h.cause = 'imported' AND h.at = now())) -- who was made just now is read as a whole
$was$,
         $now$IN (SELECT student_id FROM made))
$now$),
        ('import_guardianships(jsonb)',
         $was$ON CONFLICT DO NOTHING RETURNING guardian_id, student_id, relation, version, began_on),$was$,
         $now$ON CONFLICT DO NOTHING RETURNING student_id),$now$),
        ('import_accounts(jsonb, text)',
         $was$        ELSE
            told := CASE WHEN was.own_id IS NULL THEN import_new(r.row, p_by, today) ELSE import_again(r.row, was, p_by, today) END;
            became := CASE told ->> 'kind' WHEN 'create' THEN 'created' WHEN 'update' THEN 'changed' ELSE 'unchanged' END;
            IF told IS NOT NULL THEN events := array_append(events, told); END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
    INSERT INTO outbox (district_id, topic, key, data)
    SELECT tenant(), 'roster.changed', e.data ->> 'account', e.data FROM unnest(events) WITH ORDINALITY e (data, n) ORDER BY e.n;
$was$,
         $now$        ELSIF was.own_id IS NOT NULL THEN
            became := import_again(r.row, was, p_by, today);
        ELSE
            became := import_new(r.row, p_by, today);
        END IF;
        RETURN NEXT;
    END LOOP;
$now$),
        ('import_accounts(jsonb, text)',
         $was$a.username <> '' AND lower(a.username) = ANY (names) GROUP BY 1)$was$,
         $now$a.username <> '' GROUP BY 1)$now$),
        ('import_accounts(jsonb, text)',
         $was$DECLARE r record; was imported_account; told jsonb; events jsonb[] := '{}';
    names text[] := ARRAY(SELECT DISTINCT lower(x.value -> 'values' ->> 'username') FROM jsonb_array_elements(p_rows) x);
    today$was$,
         $now$DECLARE r record; was imported_account; today$now$),
        ('import_again(jsonb, imported_account, text, date)',
         $was$RETURN jsonb_build_object('district', tenant(), 'account', a.account_id, 'kind', 'update',
            'fields', coalesce((SELECT jsonb_agg(k ORDER BY k) FROM jsonb_object_keys(v) k), '[]'));$was$,
         $now$INSERT INTO outbox (district_id, topic, key, data) VALUES (tenant(), 'roster.changed', a.account_id::text,
        jsonb_build_object('district', tenant(), 'account', a.account_id, 'kind', 'update',
            'fields', coalesce((SELECT jsonb_agg(k ORDER BY k) FROM jsonb_object_keys(v) k), '[]')));
    RETURN 'changed';$now$),
        ('import_again(jsonb, imported_account, text, date)',
         $was$RETURN NULL$was$,
         $now$RETURN 'unchanged'$now$),
        ('import_again(jsonb, imported_account, text, date)',
         $was$RETURNS jsonb$was$,
         $now$RETURNS text$now$),
        ('import_new(jsonb, text, date)',
         $was$RETURN jsonb_build_object('district', tenant(), 'account', made, 'kind', 'create', 'fields', '[]'::jsonb);$was$,
         $now$INSERT INTO outbox (district_id, topic, key, data) VALUES (tenant(), 'roster.changed', made::text,
        jsonb_build_object('district', tenant(), 'account', made, 'kind', 'create', 'fields', '[]'::jsonb));
    RETURN 'created';$now$),
        ('import_new(jsonb, text, date)',
         $was$RETURN NULL$was$,
         $now$RETURN 'unchanged'$now$),
        ('import_new(jsonb, text, date)',
         $was$RETURNS jsonb$was$,
         $now$RETURNS text$now$)
    ) AS v (name, was, becomes) LOOP
        said := pg_get_functiondef(c.name::regprocedure);
        ASSERT strpos(said, c.was) > 0, c.name;
        IF c.was LIKE 'RETURNS %' THEN EXECUTE 'DROP FUNCTION ' || c.name; END IF;
        EXECUTE replace(said, c.was, c.becomes);
    END LOOP;
END $do$;
REVOKE ALL ON FUNCTION import_new(jsonb, text, date), import_again(jsonb, imported_account, text, date) FROM PUBLIC;
DROP INDEX account_username;

RESET search_path;
