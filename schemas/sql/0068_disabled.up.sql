-- Whom a source says to be disabled leaves by a countdown, as who is missing does (D1), where the setting disabled-people asks for it.

SET search_path = rollcall;

-- Users records that are disabled, and since when: where it began, and where among snapshots that raise no doubt. Evidence is run ids. A record
-- that is enabled again has no row. Kept whatever the setting says, so that it is counted from the source's word and not from the owner's.
CREATE TABLE disabled_record (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    sourced_id text NOT NULL,
    began_run uuid, began_on date,              -- NULL: seen in snapshots alone that prove nothing
    clean_run uuid, clean_on date,
    complete smallint NOT NULL DEFAULT 0 CHECK (complete BETWEEN 0 AND 2), -- 0 no, 1 with doubt, 2 yes
    PRIMARY KEY (district_id, source_id, sourced_id)
);
ALTER TABLE mirror_record NO FORCE ROW LEVEL SECURITY;   -- the owner fills in every district's
INSERT INTO disabled_record (district_id, source_id, sourced_id)
SELECT m.district_id, m.source_id, m.sourced_id FROM mirror_record m
WHERE m.collection = 'users' AND m.body->'enabled' = 'false'::jsonb;
ALTER TABLE mirror_record FORCE ROW LEVEL SECURITY;
ALTER TABLE disabled_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE disabled_record FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON disabled_record USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON disabled_record TO rollcall_reconciler;
GRANT SELECT ON disabled_record TO rollcall_cli, rollcall_notifier;

RESET search_path;
