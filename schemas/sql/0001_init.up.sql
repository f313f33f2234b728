-- The whole first schema: districts and their settings, runs and lanes, ledger and stage, mirror, directory, plans,
-- history, outbox, mails. Every tenant table leads its key with district_id and has row-level security forced; a program
-- sets rollcall.district for its transaction, and an unset one is an error, not all rows. Run by the owner
-- (rollcall_owner, or any role with CREATEROLE); programs log in under their own roles.

CREATE SCHEMA rollcall;
SET search_path = rollcall;

-- ---- roles -------------------------------------------------------------------------------------------------------------
-- One per program. Roles belong to the cluster, not to the database, so they may be here already. Passwords are set by whoever deploys.
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['rollcall_fetcher', 'rollcall_normalizer', 'rollcall_reconciler', 'rollcall_notifier',
                             'rollcall_scheduler', 'rollcall_cli'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN', r);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA rollcall TO rollcall_fetcher, rollcall_normalizer, rollcall_reconciler, rollcall_notifier,
    rollcall_scheduler, rollcall_cli;

-- ---- small functions -----------------------------------------------------------------------------------------------------

-- The district of this transaction; an error where none is set.
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('rollcall.district')::uuid $$;

-- UUID version 7: the order of ids is the order of making.
CREATE FUNCTION uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
            substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid $$;

-- Today in a district's zone: countdowns, digests and blackouts go by dates there (D1).
CREATE FUNCTION local_date(zone text) RETURNS date LANGUAGE sql STABLE AS $$ SELECT (now() AT TIME ZONE zone)::date $$;

-- ---- districts, people of a district, settings ----------------------------------------------------------------------------

CREATE TABLE district (
    district_id uuid PRIMARY KEY DEFAULT uuid7(),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
    time_zone text NOT NULL DEFAULT 'UTC',
    state text NOT NULL DEFAULT 'connected'
        CHECK (state IN ('requested', 'waiting for approval', 'connected', 'first sync', 'verify', 'on')),
    paused_at timestamptz,                      -- a paused district starts no run
    paused_reason text,
    policy_version bigint NOT NULL DEFAULT 1,   -- moves with every setting (P1)
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Keys of a district, apart from what they protect. hash_key: of record hashes (N4).
CREATE TABLE district_key (
    district_id uuid PRIMARY KEY REFERENCES district,
    hash_key bytea NOT NULL CHECK (length(hash_key) BETWEEN 16 AND 64),
    hash_version smallint NOT NULL DEFAULT 1
);

CREATE TABLE member (
    district_id uuid NOT NULL REFERENCES district,
    member_id uuid NOT NULL DEFAULT uuid7(),
    email text NOT NULL,
    name text NOT NULL DEFAULT '',
    role text NOT NULL CHECK (role IN ('owner', 'district manager', 'school administrator', 'viewer', 'integration specialist')),
    time_zone text,                             -- NULL: the district's
    digest_hour smallint NOT NULL DEFAULT 7 CHECK (digest_hour BETWEEN 0 AND 23),
    added_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    PRIMARY KEY (district_id, member_id)
);
CREATE UNIQUE INDEX member_email ON member (district_id, lower(email)) WHERE removed_at IS NULL;

-- A member without rows here sees the whole district; with rows, only these schools (by SIS id of the school).
CREATE TABLE member_scope (
    district_id uuid NOT NULL,
    member_id uuid NOT NULL,
    source_id uuid NOT NULL,
    school_id text NOT NULL,
    PRIMARY KEY (district_id, member_id, source_id, school_id),
    FOREIGN KEY (district_id, member_id) REFERENCES member
);

-- Owners' settings (design section 8): one row per value that somebody set; absent rows have the default of
-- services/…/settings. scope '' is the district, 'school:<SIS id>' a school, 'source:<uuid>' a source.
CREATE TABLE setting (
    district_id uuid NOT NULL REFERENCES district,
    scope text NOT NULL DEFAULT '',
    name text NOT NULL,
    value jsonb NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, scope, name)
);
CREATE TABLE setting_history (
    district_id uuid NOT NULL REFERENCES district,
    history_id bigint GENERATED ALWAYS AS IDENTITY,
    scope text NOT NULL, name text NOT NULL, old_value jsonb, new_value jsonb,
    set_by text NOT NULL, set_at timestamptz NOT NULL DEFAULT now(),
    policy_version bigint NOT NULL,
    PRIMARY KEY (district_id, history_id)
);

-- Who did what; append-only for every role.
CREATE TABLE audit (
    district_id uuid NOT NULL REFERENCES district,
    audit_id bigint GENERATED ALWAYS AS IDENTITY,
    who text NOT NULL, act text NOT NULL, what jsonb NOT NULL DEFAULT '{}', at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, audit_id)
);

-- ---- sources ---------------------------------------------------------------------------------------------------------------

CREATE TABLE source (
    district_id uuid NOT NULL REFERENCES district,
    source_id uuid NOT NULL DEFAULT uuid7(),
    name text NOT NULL,
    kind text NOT NULL DEFAULT 'oneroster-rest' CHECK (kind IN ('oneroster-rest')),
    version text NOT NULL DEFAULT '1.1' CHECK (version IN ('1.1')),
    base_url text NOT NULL,
    auth text NOT NULL CHECK (auth IN ('oauth1-sha1', 'oauth1-sha256', 'oauth2')),
    token_url text,
    ca_file text,
    page_size int NOT NULL DEFAULT 1000 CHECK (page_size BETWEEN 1 AND 10000),
    demographics boolean NOT NULL DEFAULT false,
    authority smallint NOT NULL DEFAULT 1,      -- order of sources for a field, 1 first (D3)
    honest_dates boolean NOT NULL DEFAULT true, -- dateLastModified moves with the record (C1)
    honest_deletes boolean NOT NULL DEFAULT false,
    automatic boolean NOT NULL DEFAULT false,   -- off until turned on after the first approval
    nightly_at time NOT NULL DEFAULT '02:00',   -- in the district's zone
    next_due_at timestamptz,                    -- computed by PostgreSQL
    removed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- what the protocol keeps (R2, R5, P5)
    active_run uuid,                            -- the run that holds the token now
    token bigint NOT NULL DEFAULT 0,            -- fencing token, issued with each taking
    mirror_version bigint NOT NULL DEFAULT 0,
    first_sync boolean NOT NULL DEFAULT true,   -- until its first approval
    PRIMARY KEY (district_id, source_id),
    UNIQUE (source_id)
);
CREATE UNIQUE INDEX source_name ON source (district_id, name) WHERE removed_at IS NULL;

CREATE TABLE source_credential (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL CHECK (name IN ('client_id', 'client_secret')),
    value bytea NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, source_id, name),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);

-- ---- runs, passes, lanes (R, L) --------------------------------------------------------------------------------------------

CREATE TABLE run (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL DEFAULT uuid7(),
    source_id uuid NOT NULL,
    kind text NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'delta')),
    test boolean NOT NULL DEFAULT false,        -- fetches, checks and plans; never mirrors for good, never applies
    state text NOT NULL DEFAULT 'Scheduled' CHECK (state IN ('Scheduled', 'Running', 'Completed', 'Completed with warnings',
        'Completed with errors', 'On hold', 'Superseded', 'Paused', 'Cancelled', 'Failed')),
    phase text NOT NULL DEFAULT 'scheduled' CHECK (phase IN ('scheduled', 'fetching', 'ready', 'verifying', 'checked',
        'mirrored', 'planned', 'done')),
    parked boolean NOT NULL DEFAULT false,      -- R4: waits for a person, without the token
    token bigint,                               -- the token it held last
    base_mirror_version bigint,                 -- R5
    snapshot_on date,                           -- the district's date of the first lane
    suspect boolean NOT NULL DEFAULT false,     -- C3: size outside its band
    requested_by text NOT NULL DEFAULT 'schedule',
    requested_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz, deadline_at timestamptz, -- R3
    ready_at timestamptz, mirrored_at timestamptz, finished_at timestamptz,
    failure text,                               -- in words, for owners
    counts jsonb NOT NULL DEFAULT '{}',
    traceparent text NOT NULL DEFAULT '',
    PRIMARY KEY (district_id, run_id),
    UNIQUE (run_id),
    FOREIGN KEY (district_id, source_id) REFERENCES source
);
CREATE INDEX run_source ON run (district_id, source_id, requested_at DESC);
CREATE INDEX run_phase ON run (phase) WHERE finished_at IS NULL;
-- R2: at most one Scheduled run behind the active one; further requests join it.
CREATE UNIQUE INDEX run_one_scheduled ON run (district_id, source_id) WHERE phase = 'scheduled' AND finished_at IS NULL;

-- The present pass of each collection of a run; total, revision, page size and number of lanes belong to the pass (L4).
CREATE TABLE run_collection (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    collection text NOT NULL CHECK (collection IN ('orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments',
        'demographics', 'resources')),
    pass smallint NOT NULL DEFAULT 1,
    pass_started_at timestamptz NOT NULL DEFAULT now(),
    total bigint, revision text, page_size int, lanes smallint NOT NULL DEFAULT 1,
    sealed boolean,                             -- NULL while open
    reason text,                                -- why unsealed
    PRIMARY KEY (district_id, run_id, collection),
    FOREIGN KEY (district_id, run_id) REFERENCES run
);

CREATE TABLE lane (
    district_id uuid NOT NULL,
    lane_id uuid NOT NULL DEFAULT uuid7(),
    run_id uuid NOT NULL,
    source_id uuid NOT NULL,
    collection text NOT NULL,
    pass smallint NOT NULL DEFAULT 1,
    lane smallint NOT NULL DEFAULT 0,
    step int NOT NULL DEFAULT 0,
    take bigint NOT NULL DEFAULT 0,             -- never goes back
    tries smallint NOT NULL DEFAULT 0,          -- takes without progress
    cursor text NOT NULL DEFAULT '0',           -- the next page to ask for
    progress text NOT NULL DEFAULT '',          -- the furthest checkpoint's cursor seen by a take (L6)
    received bigint NOT NULL DEFAULT 0,
    lease_until timestamptz, lease_holder text,
    due_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'waiting', 'sealed', 'unsealed', 'failed', 'ended')),
    reason text,
    total_first bigint, total_last bigint, revision_first text, revision_last text, -- evidence of the seal (L5)
    PRIMARY KEY (district_id, lane_id),
    UNIQUE (lane_id),
    UNIQUE (district_id, run_id, collection, pass, lane),
    FOREIGN KEY (district_id, run_id) REFERENCES run
);
CREATE INDEX lane_due ON lane (due_at) WHERE state IN ('open', 'waiting');

-- The facts of a lane's pages: which page counts at each place (L3). struck: discarded, or missing in the last pass (C2).
CREATE TABLE lane_page (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    collection text NOT NULL,
    pass smallint NOT NULL,
    lane smallint NOT NULL,
    place int NOT NULL,
    page_id text NOT NULL,
    digest text NOT NULL,
    cursor text NOT NULL,
    records int NOT NULL,
    listed_at timestamptz NOT NULL DEFAULT now(),
    struck boolean NOT NULL DEFAULT false,
    PRIMARY KEY (district_id, run_id, collection, pass, lane, place)
);
CREATE INDEX lane_page_id ON lane_page (district_id, run_id, page_id);

-- ---- ledger, stage, findings (C1, N3) ---------------------------------------------------------------------------------------

CREATE TABLE batch_ledger (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    page_id text NOT NULL,
    normalizer_version text NOT NULL,
    part smallint NOT NULL,
    parts smallint NOT NULL,
    collection text NOT NULL,
    pass smallint NOT NULL,
    partition int NOT NULL, kafka_offset bigint NOT NULL,
    seen bigint[] NOT NULL DEFAULT '{}',        -- mirror rows whose hash and date stand
    staged int NOT NULL DEFAULT 0,
    dropped int NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, run_id, page_id, normalizer_version, part)
);
-- A page is in the ledger when one normalizer version's parts are all here; the first complete version counts.
CREATE TABLE page_ledger (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    page_id text NOT NULL,
    normalizer_version text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, run_id, page_id)
);

-- Records that are new or differ from the mirror, until the mirror commit. body NULL: an error dropped its values, not its presence (N1).
CREATE TABLE stage_record (
    district_id uuid NOT NULL,
    run_id uuid NOT NULL,
    page_id text NOT NULL,
    normalizer_version text NOT NULL,
    part smallint NOT NULL,
    collection text NOT NULL,
    place int NOT NULL,                         -- in the page, for findings and for a stable order
    sourced_id text NOT NULL,
    hash bytea,
    modified timestamptz,
    deleted boolean NOT NULL DEFAULT false,     -- the source marks it tobedeleted
    user_ref text, class_ref text,              -- enrollments: for lookups
    body jsonb
);
CREATE INDEX stage_record_run ON stage_record (district_id, run_id, collection);

CREATE TABLE finding (
    district_id uuid NOT NULL,
    finding_id bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    page_id text, part smallint, normalizer_version text,
    collection text NOT NULL,
    sourced_id text,                            -- NULL: of the collection, the page or the connection
    place int, field text,
    rule text NOT NULL,                         -- stable code, "users.email.malformed"
    severity text NOT NULL CHECK (severity IN ('error', 'warning')),
    message text NOT NULL,                      -- what, and how to mend it; never a value of a person
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, finding_id)
);
CREATE INDEX finding_run ON finding (district_id, run_id, severity);

-- ---- mirror: what each source says, exactly (C5, D) ---------------------------------------------------------------------------

CREATE TABLE mirror_record (
    district_id uuid NOT NULL,
    row_no bigint GENERATED ALWAYS AS IDENTITY, -- what a quiet night logs as seen
    source_id uuid NOT NULL,
    collection text NOT NULL,
    sourced_id text NOT NULL,
    hash bytea, hash_version smallint NOT NULL DEFAULT 1,
    modified timestamptz,
    body jsonb,                                 -- canonical form, last readable values
    user_ref text, class_ref text,              -- enrollments only
    version bigint NOT NULL DEFAULT 1,          -- moves with whatever a plan reads of the record (P1)
    field_versions jsonb NOT NULL DEFAULT '{}', -- users: how often each field moved (P7)
    present boolean NOT NULL DEFAULT true,
    unread boolean NOT NULL DEFAULT false,      -- present, values unreadable (N1)
    marked_deleted boolean NOT NULL DEFAULT false,
    -- the countdown (D1): where it began, and where among snapshots that raise no doubt; evidence is run ids
    absent_run uuid, absent_on date,
    clean_run uuid, clean_on date,
    gone smallint NOT NULL DEFAULT 0 CHECK (gone BETWEEN 0 AND 2), -- 0 no, 1 complete with doubt, 2 complete
    sights int NOT NULL DEFAULT 0,              -- absence era: how often it came back after an absence
    returns int NOT NULL DEFAULT 0,             -- how often it came back after a complete countdown
    first_run uuid NOT NULL, last_run uuid NOT NULL, -- first seen; last changed
    PRIMARY KEY (district_id, source_id, collection, sourced_id)
);
CREATE UNIQUE INDEX mirror_row ON mirror_record (district_id, row_no);
CREATE INDEX mirror_user_ref ON mirror_record (district_id, source_id, user_ref) WHERE user_ref IS NOT NULL;
CREATE INDEX mirror_class_ref ON mirror_record (district_id, source_id, class_ref) WHERE class_ref IS NOT NULL;

-- One row per mirror commit.
CREATE TABLE snapshot (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    run_id uuid NOT NULL,
    mirror_version bigint NOT NULL,
    taken_on date NOT NULL,
    kind text NOT NULL,
    sealed text[] NOT NULL,                     -- collections that were complete
    suspect boolean NOT NULL, unverified boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, source_id, run_id)
);

-- By which keys a person is found: rows of users records and of accounts, both the values now (P1, P2).
-- node 'r:<source>:<id>' or 'a:<account>'; key 'person:…' (name, e-mail and phone), 'email:…', 'username:…', 'identifier:…'.
CREATE TABLE match_key (
    district_id uuid NOT NULL,
    node text NOT NULL,
    key text NOT NULL,
    PRIMARY KEY (district_id, node, key)
);
CREATE INDEX match_key_key ON match_key (district_id, key);

-- ---- directory: the application's accounts ------------------------------------------------------------------------------------

CREATE TABLE account (
    district_id uuid NOT NULL REFERENCES district,
    account_id uuid NOT NULL DEFAULT uuid7(),
    kind text NOT NULL DEFAULT 'account' CHECK (kind IN ('account', 'contact')), -- contact: a guardian's contact data only
    username text, given_name text, family_name text, middle_name text,
    email text, phone text, sms text, identifier text, master_id text,
    grades text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
    access boolean NOT NULL DEFAULT false,      -- rostered people get none until it is activated
    origin text NOT NULL DEFAULT 'roster' CHECK (origin IN ('roster', 'hand')),
    version bigint NOT NULL DEFAULT 1,          -- moves with whatever a plan reads of it (P1, P8)
    status_version bigint NOT NULL DEFAULT 0,
    field_versions jsonb NOT NULL DEFAULT '{}',
    created_run uuid, created_at timestamptz NOT NULL DEFAULT now(),
    archived_run uuid, archived_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, account_id)
);

-- role at a school; what an account's field "roles" holds. school_id is the SIS id of the school's org.
CREATE TABLE account_role (
    district_id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('student', 'teacher', 'staff', 'administrator', 'guardian')),
    source_id uuid NOT NULL,
    school_id text NOT NULL,
    began_on date NOT NULL, ended_on date,
    PRIMARY KEY (district_id, account_id, role, source_id, school_id),
    FOREIGN KEY (district_id, account_id) REFERENCES account
);

-- Which source records an account follows. (source, record) is unique (P4).
CREATE TABLE account_link (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    sourced_id text NOT NULL,
    account_id uuid NOT NULL,
    run_id uuid, linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, source_id, sourced_id),
    FOREIGN KEY (district_id, account_id) REFERENCES account
);
CREATE INDEX account_link_account ON account_link (district_id, account_id);

CREATE TABLE guardianship (
    district_id uuid NOT NULL,
    guardian_id uuid NOT NULL,
    student_id uuid NOT NULL,
    relation text NOT NULL,                     -- the source's word: guardian, parent, relative
    began_on date NOT NULL, ended_on date,
    origin text NOT NULL DEFAULT 'roster' CHECK (origin IN ('roster', 'hand')),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (district_id, guardian_id, student_id),
    FOREIGN KEY (district_id, guardian_id) REFERENCES account (district_id, account_id),
    FOREIGN KEY (district_id, student_id) REFERENCES account (district_id, account_id)
);
CREATE INDEX guardianship_student ON guardianship (district_id, student_id);

-- A class as a list of people, kept in step where the owner chose its term and grade.
CREATE TABLE user_list (
    district_id uuid NOT NULL,
    list_id uuid NOT NULL DEFAULT uuid7(),
    source_id uuid NOT NULL,
    class_id text NOT NULL,                     -- the class's SIS id
    title text NOT NULL, class_code text, school_id text, terms text[] NOT NULL DEFAULT '{}', grades text[] NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (district_id, list_id),
    UNIQUE (district_id, source_id, class_id)
);

-- Compared by (class, person, role), not by enrollment id (C5). Ends with a date, is never deleted (D4).
CREATE TABLE membership (
    district_id uuid NOT NULL,
    list_id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL,
    began_on date NOT NULL, ended_on date,
    origin text NOT NULL DEFAULT 'roster' CHECK (origin IN ('roster', 'hand')),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (district_id, list_id, account_id, role),
    FOREIGN KEY (district_id, list_id) REFERENCES user_list,
    FOREIGN KEY (district_id, account_id) REFERENCES account
);
CREATE INDEX membership_account ON membership (district_id, account_id);

-- ---- what people said: pins, exclusions, declined marks (P7, P8) ---------------------------------------------------------------

CREATE TABLE pin (
    district_id uuid NOT NULL, account_id uuid NOT NULL, field text NOT NULL,
    reason text NOT NULL, set_by text NOT NULL, until date,
    PRIMARY KEY (district_id, account_id, field),
    FOREIGN KEY (district_id, account_id) REFERENCES account
);
CREATE TABLE exclusion (
    district_id uuid NOT NULL, node text NOT NULL, -- 'r:<source>:<id>' or 'a:<account>'
    reason text NOT NULL, set_by text NOT NULL, until date,
    PRIMARY KEY (district_id, node)
);
-- waits: the version of what the mark waits for; the mark is void once that has moved.
CREATE TABLE declined (
    district_id uuid NOT NULL, node text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('presence', 'archive', 'field', 'join', 'end')),
    field text NOT NULL DEFAULT '',             -- the field; or the membership for join and end
    waits text NOT NULL,
    by text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, node, kind, field)
);

-- A record or account that had nothing left to do at these versions (P1).
CREATE TABLE settled (
    district_id uuid NOT NULL,
    node text NOT NULL,
    version bigint NOT NULL,
    policy_version bigint NOT NULL,
    settled_on date NOT NULL,
    due_on date,                                -- when a date alone may change the answer: a term ends, a pin runs out
    keys text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (district_id, node)
);

-- ---- plans, history (P) --------------------------------------------------------------------------------------------------------

CREATE TABLE plan (
    district_id uuid NOT NULL,
    plan_id uuid NOT NULL DEFAULT uuid7(),
    run_id uuid NOT NULL, source_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'test', 'applied', 'superseded', 'discarded')),
    hash text NOT NULL,                         -- over its items' keys, in order
    policy_version bigint NOT NULL,
    planned_on date NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(), closed_at timestamptz,
    counts jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (district_id, plan_id)
);
-- P3: a district has one open plan.
CREATE UNIQUE INDEX plan_one_open ON plan (district_id) WHERE state = 'open';

-- The rows, with versions, that a person's items read, and the keys that were searched (P4): one per component.
CREATE TABLE plan_person (
    district_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    person int NOT NULL,
    reads jsonb NOT NULL,                       -- {"node": version, …}
    keys text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (district_id, plan_id, person),
    FOREIGN KEY (district_id, plan_id) REFERENCES plan
);

CREATE TABLE plan_item (
    district_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    item_no int NOT NULL,
    person int NOT NULL,
    key text NOT NULL,                          -- digest of subject, kind, field, from, to, cause and, for archive and end, evidence (P3)
    kind text NOT NULL CHECK (kind IN ('create', 'link', 'restore', 'update', 'archive', 'join', 'end')),
    subject text NOT NULL,                      -- node: 'r:<source>:<id>' or 'a:<account>'
    field text NOT NULL DEFAULT '',             -- update: the field; join and end: 'class:<source>:<id>:<role>' or 'guardian:<source>:<id>'
    old_value text, new_value text,
    cause text NOT NULL,
    evidence text NOT NULL DEFAULT '',          -- 'node=token;…'
    waits text NOT NULL DEFAULT '',             -- what a decline or an undo of it would wait for (P7)
    basis text[] NOT NULL DEFAULT '{}',         -- the records it rests on
    role text NOT NULL DEFAULT '', school text NOT NULL DEFAULT '', -- the group that thresholds count it in
    hold text NOT NULL DEFAULT '',              -- why it waits; '' does not
    decision text CHECK (decision IN ('approved', 'declined')),
    decided_by text, decided_at timestamptz,
    outcome text CHECK (outcome IN ('applied', 'overtaken', 'declined', 'taken over')),
    PRIMARY KEY (district_id, plan_id, item_no),
    UNIQUE (district_id, plan_id, key),
    FOREIGN KEY (district_id, plan_id) REFERENCES plan
);

CREATE TABLE history (
    district_id uuid NOT NULL,
    history_id bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL, plan_id uuid NOT NULL,
    kind text NOT NULL, account_id uuid NOT NULL,
    node text,                                  -- the record it rested on
    field text NOT NULL DEFAULT '', old_value text, new_value text,
    cause text NOT NULL, evidence text NOT NULL DEFAULT '', waits text NOT NULL DEFAULT '',
    role text NOT NULL DEFAULT '', school text NOT NULL DEFAULT '',
    version_after bigint NOT NULL DEFAULT 0,    -- of the field, status or membership: undo touches nothing that moved since
    approved boolean NOT NULL DEFAULT false,
    on_date date NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    undone_at timestamptz, undone_by text,
    PRIMARY KEY (district_id, history_id)
);
CREATE INDEX history_run ON history (district_id, run_id);
CREATE INDEX history_account ON history (district_id, account_id);
CREATE INDEX history_archives ON history (district_id, on_date) WHERE kind = 'archive';

-- A wish to take something back, written by a person's program, carried out by the reconciler. history_id NULL: the whole run.
CREATE TABLE undo (
    district_id uuid NOT NULL,
    undo_id uuid NOT NULL DEFAULT uuid7(),
    run_id uuid NOT NULL, history_id bigint,
    requested_by text NOT NULL, requested_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz, undone int NOT NULL DEFAULT 0, left_alone int NOT NULL DEFAULT 0, -- what others had touched since
    PRIMARY KEY (district_id, undo_id)
);

-- ---- messages: outbox, dead letters, alerts; mails; leases -----------------------------------------------------------------------

CREATE TABLE outbox (
    district_id uuid NOT NULL,
    outbox_id bigint GENERATED ALWAYS AS IDENTITY, -- the event's id
    run_id uuid,
    topic text NOT NULL,                        -- short name
    key text NOT NULL,
    data jsonb NOT NULL,
    traceparent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, outbox_id)
);
CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('rollcall_outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();

CREATE TABLE dead_letter (
    district_id uuid NOT NULL,
    dead_letter_id uuid NOT NULL DEFAULT uuid7(),
    run_id uuid, page_id text, lane_id uuid, collection text,
    topic text NOT NULL, partition int NOT NULL, kafka_offset bigint NOT NULL, -- where on rollcall.dead.letter.v1
    origin_topic text NOT NULL, origin_partition int NOT NULL, origin_offset bigint NOT NULL, origin_key text NOT NULL DEFAULT '',
    stage text NOT NULL, stage_version text NOT NULL,
    error_class text NOT NULL, error text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded', 'closed')),
    closed_at timestamptz, closed_by text, closed_reason text,
    PRIMARY KEY (district_id, dead_letter_id),
    UNIQUE (district_id, origin_topic, origin_partition, origin_offset, stage)
);
CREATE INDEX dead_letter_open ON dead_letter (district_id, run_id) WHERE state = 'open';

CREATE TABLE alert (
    district_id uuid NOT NULL,
    alert_id uuid NOT NULL DEFAULT uuid7(),
    run_id uuid, kind text NOT NULL, message text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, alert_id)
);

-- M1: a row per mail before SMTP. The unique key is what makes a mail one.
CREATE TABLE mail (
    district_id uuid NOT NULL,
    mail_id uuid NOT NULL DEFAULT uuid7(),
    member_id uuid NOT NULL,
    local_day date NOT NULL,
    kind text NOT NULL,                         -- 'result', later 'digest', 'alert' …
    about text NOT NULL DEFAULT '',             -- result: the run
    state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'handed over', 'accepted', 'refused', 'unknown')),
    message_id text NOT NULL,
    held boolean NOT NULL DEFAULT false,        -- tells of something that waits: sent again after a crash
    subject text NOT NULL, body_text text NOT NULL, body_html text NOT NULL,
    attempts int NOT NULL DEFAULT 0, due_at timestamptz NOT NULL DEFAULT now(),
    smtp_code int, smtp_reply text,
    planned_at timestamptz NOT NULL DEFAULT now(), handed_at timestamptz, ended_at timestamptz,
    PRIMARY KEY (district_id, mail_id),
    UNIQUE (district_id, member_id, kind, about, local_day)
);
CREATE INDEX mail_due ON mail (due_at) WHERE state IN ('planned', 'handed over');

CREATE TABLE leader_lease (
    name text PRIMARY KEY,
    holder text NOT NULL DEFAULT '',
    token bigint NOT NULL DEFAULT 0,
    until timestamptz NOT NULL DEFAULT '-infinity'
);

-- ---- row-level security ---------------------------------------------------------------------------------------------------------
-- Every table with a district_id: only the district of the transaction. Then, for tables that hold no personal data and that a program
-- must search over all districts, a policy of its own.
DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE c.relnamespace = 'rollcall'::regnamespace AND c.relkind = 'r' AND a.attname = 'district_id' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (district_id = tenant()) WITH CHECK (district_id = tenant())', t);
    END LOOP;
END $$;

-- Searched over all districts: operational rows, without a person's data in them.
DO $$
DECLARE w record;
BEGIN
    FOR w IN SELECT * FROM (VALUES
        ('rollcall_scheduler', ARRAY['district', 'source', 'run', 'run_collection', 'lane', 'lane_page', 'page_ledger', 'batch_ledger',
                                     'outbox', 'dead_letter', 'plan', 'alert']),
        ('rollcall_fetcher', ARRAY['outbox']),
        ('rollcall_reconciler', ARRAY['outbox']),
        ('rollcall_notifier', ARRAY['district', 'run', 'alert', 'mail']),
        ('rollcall_cli', ARRAY['district', 'source', 'run', 'run_collection', 'lane', 'dead_letter', 'plan', 'outbox', 'alert', 'mail', 'audit'])
    ) AS v(program, tables) LOOP
        FOR i IN 1 .. array_length(w.tables, 1) LOOP
            EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO %I USING (true)', 'all_districts_' || w.program, w.tables[i], w.program);
        END LOOP;
    END LOOP;
END $$;
-- A district is made before it can be the transaction's district: the CLI sets rollcall.district to the new id first.

-- ---- what each program may do (design section 1) ----------------------------------------------------------------------------------
DO $$
DECLARE g record; t text;
BEGIN
    FOR g IN SELECT * FROM (VALUES
        ('rollcall_fetcher', 'SELECT', 'district source source_credential setting run run_collection lane lane_page page_ledger batch_ledger dead_letter outbox'),
        ('rollcall_fetcher', 'INSERT', 'run_collection lane lane_page outbox finding alert'),
        ('rollcall_fetcher', 'UPDATE', 'source run run_collection lane lane_page dead_letter'),
        ('rollcall_fetcher', 'DELETE', 'outbox'),
        ('rollcall_normalizer', 'SELECT', 'district district_key source'),
        ('rollcall_reconciler', 'SELECT', 'district district_key member source setting setting_history run run_collection lane lane_page page_ledger batch_ledger stage_record
            finding mirror_record snapshot match_key account account_role account_link guardianship user_list membership pin exclusion declined settled
            plan plan_person plan_item history undo outbox dead_letter alert'),
        ('rollcall_reconciler', 'INSERT', 'lane lane_page run_collection page_ledger batch_ledger stage_record finding mirror_record snapshot match_key account
            account_role account_link guardianship user_list membership declined settled plan plan_person plan_item history outbox dead_letter alert audit'),
        ('rollcall_reconciler', 'UPDATE', 'district source run run_collection lane lane_page mirror_record account account_role account_link guardianship
            user_list membership declined settled plan plan_item history undo dead_letter'),
        ('rollcall_reconciler', 'DELETE', 'stage_record batch_ledger match_key account_link declined settled outbox'),
        ('rollcall_notifier', 'SELECT', 'district member member_scope setting source run run_collection lane plan plan_item history finding snapshot mail alert dead_letter'),
        ('rollcall_notifier', 'INSERT', 'mail'),
        ('rollcall_notifier', 'UPDATE', 'mail'),
        ('rollcall_scheduler', 'SELECT', 'district source setting run run_collection lane lane_page page_ledger batch_ledger dead_letter outbox leader_lease plan alert'),
        ('rollcall_scheduler', 'INSERT', 'run run_collection lane lane_page outbox finding alert leader_lease'),
        ('rollcall_scheduler', 'UPDATE', 'source run run_collection lane lane_page dead_letter leader_lease'),
        ('rollcall_scheduler', 'DELETE', 'outbox'),
        ('rollcall_cli', 'SELECT', 'district member member_scope setting setting_history audit source source_credential run run_collection lane lane_page
            page_ledger batch_ledger finding mirror_record snapshot account account_role account_link guardianship user_list membership pin exclusion declined
            plan plan_person plan_item history undo outbox dead_letter alert mail'),
        ('rollcall_cli', 'INSERT', 'district district_key member member_scope setting setting_history audit source source_credential run outbox pin exclusion undo'),
        ('rollcall_cli', 'UPDATE', 'district member setting source source_credential run lane lane_page run_collection plan plan_item dead_letter pin exclusion
            account mirror_record'),
        ('rollcall_cli', 'DELETE', 'member_scope setting source_credential pin exclusion')
    ) AS v(program, act, tables) LOOP
        FOREACH t IN ARRAY regexp_split_to_array(trim(g.tables), '\s+') LOOP
            EXECUTE format('GRANT %s ON %I TO %I', g.act, t, g.program);
        END LOOP;
    END LOOP;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rollcall TO rollcall_fetcher, rollcall_normalizer, rollcall_reconciler, rollcall_notifier,
    rollcall_scheduler, rollcall_cli;

RESET search_path;
