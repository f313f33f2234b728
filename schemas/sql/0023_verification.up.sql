-- That a role's sync was looked at and found right, as an act: before it, switching on updates or archives asks once more.

SET search_path = rollcall;

-- Whose sync somebody has verified. A withdrawn one is gone from here; both acts stand in the audit trail.
CREATE TABLE verification (
    district_id uuid NOT NULL REFERENCES district,
    role text NOT NULL CHECK (role IN ('student', 'teacher', 'staff', 'administrator', 'guardian')),
    verified_by text NOT NULL,
    verified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (district_id, role)
);
ALTER TABLE verification ENABLE ROW LEVEL SECURITY;
ALTER TABLE verification FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON verification USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON verification TO rollcall_cli;

RESET search_path;
