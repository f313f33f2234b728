-- Keys of districts (README, Security): data keys seal payloads, credentials and uploads; they lie here wrapped by a master key that
-- the database never sees. A row outlives its key: what it sealed can then be told from what was never ours.

SET search_path = rollcall;

CREATE TABLE district_data_key (
    district_id uuid NOT NULL REFERENCES district,
    key_id uuid NOT NULL,
    wrapped bytea NOT NULL,                     -- a sealed frame (port/seal.h) of 32 bytes; empty once shredded
    state text NOT NULL DEFAULT 'active' CHECK (state IN
        ('active',                              -- seals and opens
         'replaced',                            -- opens what it sealed before a rotation
         'retired',                             -- shredded, when nothing that it sealed was left
         'destroyed')),                         -- shredded with all the district's keys
    created_at timestamptz NOT NULL DEFAULT now(),
    replaced_at timestamptz,
    destroyed_at timestamptz,
    PRIMARY KEY (district_id, key_id),
    CHECK (length(wrapped) = CASE WHEN state IN ('active', 'replaced') THEN 93 ELSE 0 END),
    CHECK ((destroyed_at IS NOT NULL) = (state IN ('retired', 'destroyed')))
);
CREATE UNIQUE INDEX data_key_active ON district_data_key (district_id) WHERE state = 'active';

-- The master key that wraps, by its id: a program that was given another one says so when it starts, not in the midst. One row, from
-- the first wrapped key on.
CREATE TABLE key_master (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    master_id bytea NOT NULL CHECK (length(master_id) = 16),
    since timestamptz NOT NULL DEFAULT now()
);

-- The hash key stays apart from the data keys (N4) and is wrapped as well: one of the two columns, none once shredded.
ALTER TABLE district_key ALTER COLUMN hash_key DROP NOT NULL;
ALTER TABLE district_key ADD COLUMN hash_wrapped bytea;
ALTER TABLE district_key ADD CONSTRAINT hash_key_once CHECK (num_nonnulls(hash_key, hash_wrapped) <= 1);

-- The data key that value is sealed with; NULL: plain, of before there were keys (`rollcall key seal-all`).
ALTER TABLE source_credential ADD COLUMN key_id uuid;

ALTER TABLE district_data_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE district_data_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON district_data_key USING (district_id = tenant()) WITH CHECK (district_id = tenant());

-- A district's first data key; nothing where it ever had one, so that a destroyed district gets no new ones.
CREATE FUNCTION data_key_first(p_key uuid, p_wrapped bytea) RETURNS void LANGUAGE sql AS $$
    INSERT INTO district_data_key (district_id, key_id, wrapped)
    SELECT tenant(), p_key, p_wrapped WHERE NOT EXISTS (SELECT FROM district_data_key WHERE district_id = tenant())
    ON CONFLICT (district_id) WHERE state = 'active' DO NOTHING;
    INSERT INTO key_master (master_id) VALUES (substr(p_wrapped, 6, 16)) ON CONFLICT DO NOTHING;
$$;

GRANT SELECT ON district_data_key TO rollcall_fetcher, rollcall_normalizer, rollcall_reconciler, rollcall_cli;
GRANT INSERT ON district_data_key TO rollcall_fetcher, rollcall_normalizer, rollcall_cli;
GRANT SELECT ON key_master TO rollcall_fetcher, rollcall_normalizer, rollcall_reconciler, rollcall_cli;
GRANT INSERT ON key_master TO rollcall_fetcher, rollcall_normalizer, rollcall_cli;
GRANT UPDATE ON key_master TO rollcall_cli;
GRANT UPDATE (wrapped, state, replaced_at, destroyed_at) ON district_data_key TO rollcall_cli;
GRANT SELECT, UPDATE (hash_key, hash_wrapped) ON district_key TO rollcall_cli;
GRANT EXECUTE ON FUNCTION data_key_first(uuid, bytea) TO rollcall_fetcher, rollcall_normalizer, rollcall_cli;

RESET search_path;
