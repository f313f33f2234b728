SET search_path = rollcall;

DO $$ BEGIN
    EXECUTE (SELECT replace(pg_get_functiondef(oid), 's.mirror_version = 0
        OR EXISTS (SELECT FROM run x WHERE x.district_id = tenant() AND x.source_id = p_source AND x.parked) OR d.paused_at', 's.mirror_version = 0 OR d.paused_at')
        FROM pg_proc WHERE oid = 'person_run(uuid, text[], text)'::regprocedure);
END $$;
REVOKE EXECUTE ON FUNCTION account_stays(uuid) FROM rollcall_reconciler;
DROP FUNCTION pair_excluded(uuid, uuid);

RESET search_path;
