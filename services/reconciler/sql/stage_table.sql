-- COPY is refused on a table with row-level security, so a batch comes by way of a table of the
-- connection.
CREATE TEMP TABLE IF NOT EXISTS stage_in (
    place int NOT NULL, sourced_id text NOT NULL, hash bytea, modified timestamptz,
        deleted boolean NOT NULL, user_ref text, class_ref text,
    body jsonb
) ON COMMIT DELETE ROWS
