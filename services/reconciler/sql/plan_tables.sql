-- What one plan gathers, per connection; emptied at each commit. Temporary, so that COPY is allowed
-- and nothing is logged. Ids are taken apart into columns of their own: under row-level security a
-- join by an expression (split_part …) may not use an index, one by plain columns may.
CREATE TEMP TABLE IF NOT EXISTS plan_cand (
    node text PRIMARY KEY, round int NOT NULL,
    source_id uuid GENERATED ALWAYS AS (CASE WHEN node LIKE 'r:%' THEN split_part(node, ':',
        2)::uuid END) STORED,
    sourced_id text GENERATED ALWAYS AS (CASE WHEN node LIKE 'r:%' THEN substr(node,
        40) END) STORED,
    account_id uuid GENERATED ALWAYS AS (CASE WHEN node LIKE 'a:%' THEN substr(node,
        3)::uuid END) STORED
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_comp (
    node text NOT NULL, comp int NOT NULL,
    source_id uuid GENERATED ALWAYS AS (CASE WHEN node LIKE 'r:%' THEN split_part(node, ':',
        2)::uuid END) STORED,
    sourced_id text GENERATED ALWAYS AS (CASE WHEN node LIKE 'r:%' THEN substr(node,
        40) END) STORED,
    account_id uuid GENERATED ALWAYS AS (CASE WHEN node LIKE 'a:%' THEN substr(node,
        3)::uuid END) STORED
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_class (
    source_id uuid, class_id text, chosen boolean, running boolean, changes_on date, version bigint,
    PRIMARY KEY (source_id, class_id)
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_new (
    person int, kind text, subject text, field text, old_value text, new_value text, cause text,
    evidence text, waits text, basis text[], role text, school text, hold text, key text
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_new_person (person int, reads jsonb) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_idle (node text, version bigint,
    due_on date) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_busy (node text) ON COMMIT DELETE ROWS;
