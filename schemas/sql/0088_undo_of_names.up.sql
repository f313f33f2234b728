-- A list that goes on with its class under another id is no rename of the list, for an undo and for who gives a name back to the setting.

SET search_path = rollcall;

CREATE OR REPLACE FUNCTION list_name_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT h.version_after FROM user_list u WHERE u.district_id = tenant() AND u.list_id = substr(h.node, 3)::uuid AND u.title = h.new_value
        AND u.named_by IS NULL AND h.field = 'name' $$;

-- What was declined of the list's class stays declined when its name is the setting's again.
DO $do$
DECLARE
    was text := 'node = ''l:'' || p_list AND p_name IS NULL';
    body text := pg_get_functiondef('list_rename(uuid, text, text)'::regprocedure);
BEGIN
    IF position(was IN body) = 0 THEN RAISE EXCEPTION 'list_rename is not what 0039 made of it'; END IF;
    EXECUTE replace(body, was, was || ' AND field = ''name''');
END $do$;

RESET search_path;
