-- What lists would be called is kept, and made anew only where something that it is made from has moved: a district may have 40,000 lists,
-- and is planned several times a night.

SET search_path = rollcall;

-- The mirror's version at which it last moved in anything that a plan reads: other than mirror_version it stands still on a quiet night.
ALTER TABLE source ADD COLUMN moved_version bigint NOT NULL DEFAULT 0;

-- What the setting class-list-name makes of the list's class, before lists that are alike are told apart. NULL: not made yet.
ALTER TABLE user_list ADD COLUMN called text;

-- What user_list.called was made from, by source.
CREATE TABLE list_naming (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL,                         -- class-list-name of the district, with those of schools and sources
    moved_version bigint NOT NULL,              -- of the source
    PRIMARY KEY (district_id, source_id)
);
ALTER TABLE list_naming ENABLE ROW LEVEL SECURITY;
ALTER TABLE list_naming FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON list_naming USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT, UPDATE ON list_naming TO rollcall_reconciler;

-- Names are made of all classes at once (list_names.sql).
DROP FUNCTION class_list_name(text, uuid, text, jsonb), class_list_field(text, uuid, text, jsonb);

RESET search_path;
