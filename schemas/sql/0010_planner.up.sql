-- The planner at full size: whom to decide is found by numbers, and what a first load writes by the
-- million carries no check that the statement writing it has made already.
SET search_path = rollcall, pg_temp;

-- Matching keys are made anew from the mirrors whenever somebody is to be decided, and those of
-- before stand with the settled mark: one row a record instead of one a key.
DROP TABLE match_key;
DROP TABLE settled;
-- A record or account that had nothing left to do at these versions (P1). version of a record:
-- twice that of its mirror row, and one more when it is linked.
CREATE TABLE settled_record (
    district_id uuid NOT NULL,
    row_no bigint NOT NULL,                     -- of the mirror
    version bigint NOT NULL,
    policy_version bigint NOT NULL,
    settled_on date NOT NULL,
    due_on date,                                -- when a date alone may change the answer: a term ends, a pin runs out
    keys bigint[] NOT NULL DEFAULT '{}',        -- digests of what it was found by
    PRIMARY KEY (district_id, row_no)
);
-- As settled_record, for accounts.
CREATE TABLE settled_account (
    district_id uuid NOT NULL,
    account_id uuid NOT NULL,
    version bigint NOT NULL,
    policy_version bigint NOT NULL,
    settled_on date NOT NULL,
    due_on date,
    keys bigint[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (district_id, account_id)
);

-- What a person's items read (P4), by number. A plan that was made before is asked again as a whole.
ALTER TABLE plan_person DROP COLUMN reads, DROP COLUMN keys,
    ADD COLUMN records bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN record_versions bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN accounts uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN account_versions bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN items int NOT NULL DEFAULT 0,
    ADD COLUMN settles boolean NOT NULL DEFAULT false, -- nothing is left to do when all its items are applied
    ADD COLUMN due_on date;                     -- until then

-- Accounts, lists and plans are never deleted while anything refers to them, and every row that
-- refers to one is written by a join with it: a check per row proves nothing and costs more than
-- the row.
ALTER TABLE account DROP CONSTRAINT account_district_id_fkey;
ALTER TABLE account_role DROP CONSTRAINT account_role_district_id_account_id_fkey;
ALTER TABLE account_link DROP CONSTRAINT account_link_district_id_account_id_fkey;
ALTER TABLE guardianship DROP CONSTRAINT guardianship_district_id_guardian_id_fkey;
ALTER TABLE guardianship DROP CONSTRAINT guardianship_district_id_student_id_fkey;
ALTER TABLE membership DROP CONSTRAINT membership_district_id_list_id_fkey;
ALTER TABLE membership DROP CONSTRAINT membership_district_id_account_id_fkey;
ALTER TABLE plan_item DROP CONSTRAINT plan_item_district_id_plan_id_fkey;
ALTER TABLE plan_person DROP CONSTRAINT plan_person_district_id_plan_id_fkey;
-- Keys of two plans are compared by joining the plans, never one by one.
ALTER TABLE plan_item DROP CONSTRAINT plan_item_district_id_plan_id_key_key;

-- A first load leaves an event for each account: what moves runs is found without reading them.
CREATE INDEX outbox_first ON outbox (district_id, outbox_id) WHERE topic <> 'roster.changed';

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['settled_record', 'settled_account'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rollcall_reconciler', t);
    END LOOP;
END $$;

RESET search_path;
