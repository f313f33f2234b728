-- Acts: changes of the directory that a person makes by hand, many at once. Stored and shown first, approved by the hash of what was shown,
-- carried out by the reconciler under the district's lock with history and roster.changed as a plan is, and undone as a run is (P8).

SET search_path = rollcall;

-- A change of the directory by hand: prepared, shown, approved by the hash of what was shown, carried out, perhaps undone.
CREATE TABLE act (
    district_id uuid NOT NULL REFERENCES district,
    act_id uuid NOT NULL DEFAULT uuid7(),
    kind text NOT NULL CHECK (kind IN ('archive', 'restore', 'remove-guardians', 'edit', 'merge', 'add')),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'applied', 'discarded')),
    hash text NOT NULL DEFAULT '',              -- over its items and the versions that they read
    reason text NOT NULL CHECK (reason <> ''),
    made_by text NOT NULL, made_at timestamptz NOT NULL DEFAULT now(),
    decided_by text, decided_at timestamptz,    -- approved or discarded
    done_at timestamptz, applied int NOT NULL DEFAULT 0, overtaken int NOT NULL DEFAULT 0, -- what others had touched since it was shown
    PRIMARY KEY (district_id, act_id)
);
CREATE INDEX act_waits ON act (act_id) WHERE state = 'approved';

-- What an act would change: an account's status, a field, a guardianship's end, or a second account joined with this one.
CREATE TABLE act_item (
    district_id uuid NOT NULL,
    act_id uuid NOT NULL,
    item_no int NOT NULL,
    kind text NOT NULL CHECK (kind IN ('archive', 'restore', 'update', 'end', 'merge', 'create')),
    account_id uuid NOT NULL,                   -- merge: the one that stays
    field text NOT NULL DEFAULT '',             -- as in plan_item
    old_value text, new_value text,             -- merge: the other account's node
    version bigint NOT NULL DEFAULT 0,          -- that was read, of the field, status or guardianship; merge: of both accounts together
    outcome text CHECK (outcome IN ('applied', 'overtaken')),
    PRIMARY KEY (district_id, act_id, item_no),
    FOREIGN KEY (district_id, act_id) REFERENCES act
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['act', 'act_item'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;

-- A change in the history, and a wish to undo, belong to a run or to an act.
ALTER TABLE history ADD COLUMN act_id uuid;     -- the act that it belongs to
CREATE INDEX history_act ON history (district_id, act_id) WHERE act_id IS NOT NULL;
ALTER TABLE undo ALTER COLUMN run_id DROP NOT NULL;
ALTER TABLE undo ADD COLUMN act_id uuid;        -- the act that is taken back; run_id is NULL then
ALTER TABLE undo ADD CONSTRAINT undo_is_of_one CHECK (num_nonnulls(run_id, act_id) = 1);

-- Marks that an act left go when it is taken back.
ALTER TABLE declined ADD COLUMN act_id uuid;    -- the act that declined the opposite of what it did (P8)

GRANT SELECT, INSERT, UPDATE ON act, act_item TO rollcall_cli;
GRANT SELECT, UPDATE ON act, act_item TO rollcall_reconciler;
-- Who has approved and is not answered is looked for over all districts; no person's data stands in these columns.
GRANT SELECT (district_id, act_id, state, decided_at) ON act TO rollcall_scheduler;
GRANT SELECT (act_id) ON undo TO rollcall_scheduler;
CREATE POLICY all_districts_rollcall_scheduler ON act FOR SELECT TO rollcall_scheduler USING (true);
CREATE POLICY all_districts_rollcall_cli ON act FOR SELECT TO rollcall_cli USING (true);

-- Old acts, at the end of the retention rules as they stand: what they changed as long as history, what they were made of as long as plans.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES '
        '(''plans'', ''act_item'', ''x.act_id IN (SELECT a.act_id FROM act a WHERE a.district_id = x.district_id AND a.state IN (''''applied'''', ''''discarded'''') '
        'AND coalesce(a.done_at, a.decided_at) < $1)'', ''''), (''history'', ''history'', ''x.at < $1 AND x.act_id IS NOT NULL'', '''') -- 0035' || E'\n');
END $$;

RESET search_path;
