SET search_path = rollcall;

DO $do$
DECLARE
    becomes text := $was$WHEN h.field LIKE 'class:%' THEN (SELECT m.version FROM membership m JOIN user_list u ON u.district_id = tenant() AND u.list_id = m.list_id
            WHERE m.district_id = tenant() AND m.account_id = h.account_id AND list_is_named(u, m.role, h.field))$was$;
    was text := $now$WHEN h.field LIKE 'class:%' THEN (SELECT m.version
            FROM (SELECT substr(h.field, 7, 36)::uuid AS source_id, regexp_replace(substr(h.field, 44), ':[^:]*$', '') AS class_id,
                         substring(h.field FROM '[^:]*$') AS role) n
            CROSS JOIN LATERAL (
                SELECT u.list_id FROM user_list u WHERE u.district_id = tenant() AND u.source_id = n.source_id AND u.class_id = n.class_id
                UNION
                SELECT b.list_id FROM list_class_before b WHERE b.district_id = tenant() AND b.source_id = n.source_id AND b.class_id = n.class_id) u
            JOIN membership m ON m.district_id = tenant() AND m.list_id = u.list_id AND m.account_id = h.account_id AND m.role = n.role)$now$;
    body text := (SELECT prosrc FROM pg_proc WHERE oid = 'undo_version(history)'::regprocedure);
BEGIN
    IF position(was IN body) = 0 THEN RAISE EXCEPTION 'undo_version is not what 0084 made of it'; END IF;
    EXECUTE format('CREATE OR REPLACE FUNCTION undo_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS %L',
        replace(body, was, becomes));
END $do$;

RESET search_path;
