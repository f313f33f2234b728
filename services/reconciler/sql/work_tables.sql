-- What check and mirror work on: tables of the connection, empty again after each transaction,
-- never logged.
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off;
SET LOCAL plan_cache_mode = force_custom_plan;
-- What moved was written a moment ago, and what it refers to is read every night.
SET LOCAL random_page_cost = 1.1;
-- A mirror that was filled a moment ago has no statistics yet, and a nested loop over it would
-- never end; hashing costs a scan at most. work_joins tells where few records moved.
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_sort = off;
-- pages that count: listed in the present pass, not struck, in the ledger under one normalizer's
-- version (L3, N3). Statements ask `(...) IN (SELECT ... FROM w_page)) IS TRUE` of a staged row: so
-- this table is hashed and the stage read once, in its own order; of a join the planner, who knows
-- nothing of the stage's size, would hash the stage.
CREATE TEMP TABLE IF NOT EXISTS w_page (page_id text NOT NULL, normalizer_version text NOT NULL,
    collection text NOT NULL)
    ON COMMIT DELETE ROWS;
-- mirror rows that came unchanged, by number: from low up to high, high itself not
CREATE TEMP TABLE IF NOT EXISTS w_seen (low bigint PRIMARY KEY, high bigint NOT NULL,
    collection text NOT NULL) ON COMMIT DELETE ROWS;
-- staged copies that another copy of the same record outranks (C5)
CREATE TEMP TABLE IF NOT EXISTS w_loser (page_id text NOT NULL, part smallint NOT NULL,
    place int NOT NULL) ON COMMIT DELETE ROWS;
-- what came and differs, one row a record (of a first snapshot: one a collection). act: what it
-- means for the mirror
CREATE TEMP TABLE IF NOT EXISTS w_in (collection text NOT NULL, sourced_id text NOT NULL,
    act text NOT NULL, records bigint NOT NULL DEFAULT 1, row_no bigint, hash bytea,
    modified timestamptz, user_ref text, class_ref text, body jsonb, old_user text,
        old_agents jsonb) ON COMMIT DELETE ROWS;
-- mirror rows that did not come, or came marked deleted. counts: in a sealed full collection
CREATE TEMP TABLE IF NOT EXISTS w_missing (row_no bigint NOT NULL, collection text NOT NULL,
    marked boolean NOT NULL, counts boolean NOT NULL)
    ON COMMIT DELETE ROWS;
-- mirror rows whose countdown moved
CREATE TEMP TABLE IF NOT EXISTS w_away (collection text NOT NULL, sourced_id text NOT NULL,
    act text NOT NULL, user_ref text, agents jsonb)
    ON COMMIT DELETE ROWS;
-- everything whose version moved by itself; and the users that refer to such (C6)
CREATE TEMP TABLE IF NOT EXISTS w_moved (collection text NOT NULL,
    sourced_id text NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS w_touched (sourced_id text NOT NULL) ON COMMIT DELETE ROWS;
-- whose references are looked at
CREATE TEMP TABLE IF NOT EXISTS w_look (collection text NOT NULL,
    sourced_id text NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS w_dangling (collection text NOT NULL, sourced_id text NOT NULL,
    field text NOT NULL, target text NOT NULL)
    ON COMMIT DELETE ROWS
