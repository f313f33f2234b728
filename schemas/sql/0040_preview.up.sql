-- Questions about settings: what another value would do.

SET search_path = rollcall;

-- What a change of settings would do, asked before it is saved: the reconciler plans with it and forgets the plan; the numbers stay here.
CREATE TABLE preview (
    district_id uuid NOT NULL REFERENCES district,
    preview_id uuid NOT NULL DEFAULT uuid7(),
    changes jsonb NOT NULL,                     -- [{"scope", "name", "value"}], value null: the setting is taken back
    requested_by text NOT NULL, requested_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    result jsonb,                               -- [{"kind", "role", "cause", "waits", "today", "then"}]: numbers of items, where they differ
    failure text,                               -- why there is no result
    PRIMARY KEY (district_id, preview_id)
);
CREATE INDEX preview_open ON preview (district_id) WHERE done_at IS NULL;
ALTER TABLE preview ENABLE ROW LEVEL SECURITY;
ALTER TABLE preview FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON preview USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT ON preview TO rollcall_cli;
GRANT SELECT, UPDATE ON preview TO rollcall_reconciler;

-- They are kept as long as plans are, whose numbers they are: at the end of the retention rules as they stand.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES (''plans'', ''preview'', ' ||
        '''x.requested_at < $1'', '''') -- 0040' || E'\n');
END $$;

RESET search_path;
