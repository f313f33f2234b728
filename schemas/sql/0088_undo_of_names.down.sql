SET search_path = rollcall;

CREATE OR REPLACE FUNCTION list_name_version(h history) RETURNS bigint LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT h.version_after FROM user_list u WHERE u.district_id = tenant() AND u.list_id = substr(h.node, 3)::uuid AND u.title = h.new_value
        AND u.named_by IS NULL $$;
DO $do$
BEGIN
    EXECUTE replace(pg_get_functiondef('list_rename(uuid, text, text)'::regprocedure), ' AND p_name IS NULL AND field = ''name''', ' AND p_name IS NULL');
END $do$;

RESET search_path;
