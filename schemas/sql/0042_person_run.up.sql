-- One person's sync: a run that asks its source for named people alone, by id, and reads nothing else.

SET search_path = rollcall;

ALTER TABLE run ADD COLUMN people text[]; -- asked for alone, by SIS id; NULL: the whole roster
GRANT SELECT ON verify_person TO rollcall_cli;

-- Begins such a run at once: it has nothing to read, so its check asks straight away (C4). It proves no absence and moves no cursor. NULL:
-- not now, the source is busy, was removed or never read, or the district is paused.
CREATE FUNCTION person_run(p_source uuid, p_people text[], p_by text) RETURNS uuid
LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE s source; d district; id uuid := uuid7();
BEGIN
    SELECT x.* INTO s FROM source x WHERE x.district_id = tenant() AND x.source_id = p_source FOR NO KEY UPDATE;
    SELECT x.* INTO d FROM district x WHERE x.district_id = tenant();
    IF s.source_id IS NULL OR s.active_run IS NOT NULL OR s.removed_at IS NOT NULL OR s.mirror_version = 0 OR d.paused_at IS NOT NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO run (district_id, run_id, source_id, kind, mode, people, state, phase, token, base_mirror_version, snapshot_on,
        requested_by, started_at, ready_at, deadline_at, traceparent)
    VALUES (tenant(), id, p_source, 'delta', 'delta', p_people, 'Running', 'ready', s.token + 1, s.mirror_version, local_date(d.time_zone),
        p_by, now(), now(), now() + run_deadline(), trace_new());
    UPDATE source SET active_run = id, token = token + 1 WHERE district_id = tenant() AND source_id = p_source;
    PERFORM event_add(id, 'snapshot.ready', p_source::text, jsonb_build_object('run', id, 'source', p_source));
    RETURN id;
END $$;
REVOKE EXECUTE ON FUNCTION person_run(uuid, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_run(uuid, text[], text) TO rollcall_cli;

RESET search_path;
