-- What one plan gathers, per connection; emptied at each commit. Temporary, so that COPY is allowed
-- and nothing is logged. Joins go by plain columns: under row-level security a join by an expression
-- may not use an index.
CREATE TEMP TABLE IF NOT EXISTS plan_seed_record (row_no bigint) ON COMMIT DELETE ROWS;
-- The settings that it goes by.
CREATE TEMP TABLE IF NOT EXISTS plan_setting (scope text, name text, value jsonb)
    ON COMMIT DELETE ROWS;
-- Above what something waits, by role and school.
CREATE TEMP TABLE IF NOT EXISTS plan_limit (role text, school text, population bigint,
    limits jsonb) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_seed_account (account_id uuid) ON COMMIT DELETE ROWS;
-- Whom to decide, by person, at the versions that were read before anything else.
CREATE TEMP TABLE IF NOT EXISTS plan_record (person int, row_no bigint,
    version bigint) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_account (person int, account_id uuid,
    version bigint) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_class (
    source_id uuid, class_id text, chosen boolean, running boolean, changes_on date, version bigint,
    listed boolean, soon boolean, over boolean,
    PRIMARY KEY (source_id, class_id)
) ON COMMIT DELETE ROWS;
-- Classes whose lists' names are made.
CREATE TEMP TABLE IF NOT EXISTS plan_name (source_id uuid, class_id text, name text)
    ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_new (
    item_no int, person int, kind text, subject text, field text, old_value text, new_value text,
    cause text, evidence text, waits text, basis text[], role text, school text, hold text, key text
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_new_person (
    person int, records bigint[], record_versions bigint[], accounts uuid[],
    account_versions bigint[], items int, settles boolean, due_on date
) ON COMMIT DELETE ROWS;
-- What a person must say (match_question).
CREATE TEMP TABLE IF NOT EXISTS plan_asks (row_no bigint, account_id uuid, why text, rule text,
    confidence int, basis bigint) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_idle_record (row_no bigint, version bigint, due_on date,
    keys bigint[]) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_idle_account (account_id uuid, version bigint, due_on date,
    keys bigint[]) ON COMMIT DELETE ROWS;
-- Lists whose class has another id, those that could be one of several, and what a test plan must
-- find again.
CREATE TEMP TABLE IF NOT EXISTS plan_relist (source_id uuid, list_id uuid, was text, now text,
    school text, rule text, confidence int, hold text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_unsure (source_id uuid, was text, now text, school text,
    rule text, confidence int) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_kept_before (LIKE list_class_before) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_kept_mark (LIKE declined) ON COMMIT DELETE ROWS;
