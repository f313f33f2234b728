-- What was discarded and forgotten stays so.
SET search_path = rollcall;

CREATE OR REPLACE FUNCTION digest_follow_zone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollcall, pg_temp AS $$
BEGIN
    PERFORM digest_look(m.reader) FROM digest_member m WHERE m.district_id = NEW.district_id;
    RETURN NULL;
END $$;
DROP INDEX declined_act;
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT replace(replace(regexp_replace(prosrc, '\nUNION ALL VALUES [^\n]* -- 0055\n', ''),
            'x.at < $1 AND x.run_id IS NULL', 'x.at < $1 AND x.act_id IS NOT NULL'),
            $now$(a.state = ''applied'' AND coalesce(a.done_at, a.decided_at) < $1 OR a.state = ''discarded'' AND a.made_at < $1)$now$,
            $was$a.state IN (''applied'', ''discarded'') AND coalesce(a.done_at, a.decided_at) < $1$was$)
         FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure));
END $$;

RESET search_path;
