-- What was said of an account holds for the one that stays; who may be merged; and one person's sync beside a paused one.

SET search_path = rollcall;

-- Is one of the two alone left out of the sync? They are not merged: a hand's word would be lost.
CREATE FUNCTION pair_excluded(p_one uuid, p_other uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT count(*) = 1 FROM exclusion x JOIN district d USING (district_id)
    WHERE x.district_id = tenant() AND x.node IN ('a:' || p_one, 'a:' || p_other) AND coalesce(x.until > local_date(d.time_zone), true) $$;

REVOKE ALL ON FUNCTION pair_excluded(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_stays(uuid) TO rollcall_reconciler;
GRANT EXECUTE ON FUNCTION pair_excluded(uuid, uuid) TO rollcall_cli;

-- As 0042; not beside a parked run either, which its mirror commit would end (R4).
DO $$
DECLARE said text := pg_get_functiondef('person_run(uuid, text[], text)'::regprocedure);
    was CONSTANT text := 's.mirror_version = 0 OR d.paused_at';
BEGIN
    ASSERT strpos(said, was) > 0;
    EXECUTE replace(said, was, 's.mirror_version = 0
        OR EXISTS (SELECT FROM run x WHERE x.district_id = tenant() AND x.source_id = p_source AND x.parked) OR d.paused_at');
END $$;

RESET search_path;
