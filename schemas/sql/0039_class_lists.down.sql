SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION undo_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS %L',
        (SELECT replace(replace(prosrc, 'list_is_named(u, m.role, h.field)', $was$'class:' || u.source_id || ':' || u.class_id || ':' || m.role = h.field$was$),
             'WHEN h.kind = ''rename'' THEN list_name_version(h) ELSE (SELECT a.status_version', 'ELSE (SELECT a.status_version')
         FROM pg_proc WHERE oid = 'undo_version(history)'::regprocedure));
END $$;
DROP FUNCTION list_name_version(history), list_is_named(user_list, text, text);
DROP TABLE list_class_before;
DROP FUNCTION list_rename(uuid, text, text), list_release(uuid, uuid), list_remove(uuid, uuid, text), list_add(uuid, uuid, text, text),
    list_told(uuid, uuid, text, text, bigint, text), class_list_name(text, uuid, text, jsonb), class_list_field(text, uuid, text, jsonb), texts_joined(jsonb);

DO $$
DECLARE said text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'plan_item'::regclass AND conname = 'plan_item_kind_check');
BEGIN
    ALTER TABLE plan_item NO FORCE ROW LEVEL SECURITY;
    DELETE FROM plan_item WHERE kind = 'rename';
    ALTER TABLE plan_item FORCE ROW LEVEL SECURITY;
    ALTER TABLE plan_item DROP CONSTRAINT plan_item_kind_check;
    EXECUTE 'ALTER TABLE plan_item ADD CONSTRAINT plan_item_kind_check ' || replace(said, '''rename''::text, ', '');
END $$;
ALTER TABLE history NO FORCE ROW LEVEL SECURITY;
DELETE FROM history WHERE account_id IS NULL;
ALTER TABLE history FORCE ROW LEVEL SECURITY;
ALTER TABLE history ALTER COLUMN account_id SET NOT NULL;

REVOKE SELECT ON user_list FROM rollcall_notifier;
ALTER TABLE user_list DROP COLUMN named_by, DROP COLUMN made_run, DROP COLUMN ended_on, DROP COLUMN ended_run;

RESET search_path;
