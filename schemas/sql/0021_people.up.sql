-- What people say of one person: since when, and that whoever says it makes the person a candidate again (P1).

SET search_path = rollcall;

ALTER TABLE pin ADD COLUMN set_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE exclusion ADD COLUMN set_at timestamptz NOT NULL DEFAULT now();

-- A pin or an exclusion that is set, changed or ended moves the version of what it is about, whoever writes it.
CREATE FUNCTION node_touch(p_node text) RETURNS void LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    IF p_node LIKE 'a:%' THEN
        UPDATE account SET version = version + 1 WHERE district_id = tenant() AND account_id = substr(p_node, 3)::uuid;
    ELSE
        UPDATE mirror_record SET version = version + 1
        WHERE district_id = tenant() AND collection = 'users' AND source_id = split_part(p_node, ':', 2)::uuid AND sourced_id = substr(p_node, 40);
    END IF;
END $$;

CREATE FUNCTION pin_touches() RETURNS trigger LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM node_touch('a:' || coalesce(new.account_id, old.account_id));
    RETURN NULL;
END $$;
CREATE FUNCTION exclusion_touches() RETURNS trigger LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM node_touch(coalesce(new.node, old.node));
    RETURN NULL;
END $$;
CREATE TRIGGER pin_touches AFTER INSERT OR UPDATE OR DELETE ON pin FOR EACH ROW EXECUTE FUNCTION pin_touches();
CREATE TRIGGER exclusion_touches AFTER INSERT OR UPDATE OR DELETE ON exclusion FOR EACH ROW EXECUTE FUNCTION exclusion_touches();
GRANT EXECUTE ON FUNCTION node_touch(text), pin_touches(), exclusion_touches() TO rollcall_cli, rollcall_reconciler, rollcall_scheduler;

RESET search_path;
