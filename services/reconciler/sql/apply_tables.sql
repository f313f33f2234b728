-- What an apply works on: the items that go, their ids taken apart, and the records they rest on.
CREATE TEMP TABLE IF NOT EXISTS plan_go (
    item_no int PRIMARY KEY, kind text, subject text, field text, old_value text, new_value text,
        cause text,
    evidence text, waits text, basis text[], role text, school text, approved boolean,
        account_id uuid,
    other_id uuid, version_after bigint, done boolean NOT NULL DEFAULT false,
    source_id uuid GENERATED ALWAYS AS (CASE WHEN subject LIKE 'r:%' THEN split_part(subject, ':',
        2)::uuid END) STORED,
    sourced_id text GENERATED ALWAYS AS (CASE WHEN subject LIKE 'r:%' THEN substr(subject,
        40) END) STORED,
    list_source uuid GENERATED ALWAYS AS (CASE WHEN field LIKE 'class:%' THEN substr(field, 7,
        36)::uuid END) STORED,
    list_class text GENERATED ALWAYS AS (substring(field
        FROM '^class:[0-9a-f-]{36}:(.*):[^:]*$')) STORED,
    list_role text GENERATED ALWAYS AS (CASE WHEN field LIKE 'class:%' THEN substring(field
        FROM '[^:]*$') END) STORED,
    guardian_id uuid GENERATED ALWAYS AS (CASE WHEN field LIKE 'guardian:a:%' THEN substr(field,
        12)::uuid END) STORED,
    guardian_source uuid
        GENERATED ALWAYS AS (CASE WHEN field LIKE 'guardian:r:%' THEN substr(field, 12,
            36)::uuid END) STORED,
    guardian_record text GENERATED ALWAYS AS (CASE WHEN field LIKE 'guardian:r:%' THEN substr(field,
        49) END) STORED
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_basis (
    item_no int, kind text, holder uuid, node text,
    source_id uuid GENERATED ALWAYS AS (CASE WHEN node LIKE 'r:%' THEN split_part(node, ':',
        2)::uuid END) STORED,
    sourced_id text GENERATED ALWAYS AS (CASE WHEN node LIKE 'r:%' THEN substr(node,
        40) END) STORED,
    account_id uuid GENERATED ALWAYS AS (CASE WHEN node LIKE 'a:%' THEN substr(node,
        3)::uuid END) STORED
) ON COMMIT DELETE ROWS;
