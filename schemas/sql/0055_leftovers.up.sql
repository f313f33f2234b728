-- What nobody ever forgot: changes that belong to neither run nor act, and acts that nobody decided about.

SET search_path = rollcall;

-- History of no run, whoever made it, goes by its age; an act that waited as long as plans are kept is discarded, and the items of what was
-- discarded go by the act's age.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT replace(replace(prosrc, 'x.at < $1 AND x.act_id IS NOT NULL', 'x.at < $1 AND x.run_id IS NULL'),
            $was$a.state IN (''applied'', ''discarded'') AND coalesce(a.done_at, a.decided_at) < $1$was$,
            $now$(a.state = ''applied'' AND coalesce(a.done_at, a.decided_at) < $1 OR a.state = ''discarded'' AND a.made_at < $1)$now$)
         FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES (''plans'', ''act'', ' ||
        '''x.state = ''''open'''' AND x.made_at < $1'', ''state = ''''discarded'''', decided_by = ''''retention'''', decided_at = now()'') -- 0055' || E'\n');
END $$;

-- What an act declined is found when the act is taken back.
CREATE INDEX declined_act ON declined (district_id, act_id) WHERE act_id IS NOT NULL;

-- As 0043, and in one order: two districts' changes of zone lock the readers whom they share one after the other.
CREATE OR REPLACE FUNCTION digest_follow_zone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM digest_look(m.reader) FROM (
        SELECT DISTINCT x.reader FROM digest_member x WHERE x.district_id = NEW.district_id ORDER BY x.reader) m;
    RETURN NULL;
END $$;

RESET search_path;
