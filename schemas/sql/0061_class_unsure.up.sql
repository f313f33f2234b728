-- What the mapping of new ids to old ones cannot say.

SET search_path = rollcall;

-- Classes under new ids that could be one of several: no pair is made of them, and people can see it until the old one's list is over.
CREATE TABLE class_unsure (
    district_id uuid NOT NULL,
    source_id uuid NOT NULL,
    was text NOT NULL,                          -- the SIS id that is there no longer, of a class with a list
    now text NOT NULL,                          -- one of the new ids that it may have
    school text NOT NULL,
    rule text NOT NULL,                         -- what both have in common
    confidence int NOT NULL,
    PRIMARY KEY (district_id, source_id, was, now)
);
ALTER TABLE class_unsure ENABLE ROW LEVEL SECURITY;
ALTER TABLE class_unsure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON class_unsure USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON class_unsure TO rollcall_reconciler;
GRANT SELECT ON class_unsure TO rollcall_cli;

RESET search_path;
