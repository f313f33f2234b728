-- An approved act that the directory cannot take ends, with the reason, instead of being tried for ever.

SET search_path = rollcall;

ALTER TABLE act DROP CONSTRAINT act_state_check;
ALTER TABLE act ADD CONSTRAINT act_state_check CHECK (state IN ('open', 'approved', 'applied', 'failed', 'discarded'));
ALTER TABLE act ADD COLUMN why text;            -- of failed: what PostgreSQL said, without anybody's data

-- Retention, at the end of the rules as they stand: what it would have changed goes with what others have.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES '
        '(''plans'', ''act_item'', ''x.act_id IN (SELECT a.act_id FROM act a WHERE a.district_id = x.district_id AND a.state = ''''failed'''' '
        'AND a.done_at < $1)'', '''') -- 0051' || E'\n');
END $$;

RESET search_path;
