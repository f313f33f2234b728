SET search_path = rollcall;

DO $$
DECLARE said text := pg_get_functiondef('person_run(uuid, text[], text)'::regprocedure);
    was CONSTANT text := 's.mirror_version = 0
        OR EXISTS (SELECT FROM run x WHERE x.district_id = tenant() AND x.source_id = p_source AND x.parked) OR d.paused_at';
BEGIN
    ASSERT strpos(said, was) > 0;
    EXECUTE replace(said, was, 's.mirror_version = 0 OR d.paused_at');
END $$;
REVOKE EXECUTE ON FUNCTION account_stays(uuid) FROM rollcall_reconciler;
DROP FUNCTION pair_excluded(uuid, uuid);

RESET search_path;
