-- What is attached to a mail: changes and findings as CSV, where the district allows pupil data in mail.

SET search_path = rollcall;

-- Apart from mail, which operators search over all districts: this holds data of people.
CREATE TABLE mail_attachment (
    district_id uuid NOT NULL,
    mail_id uuid NOT NULL,
    name text NOT NULL,                         -- of the file
    content text NOT NULL,                      -- CSV
    PRIMARY KEY (district_id, mail_id, name),
    FOREIGN KEY (district_id, mail_id) REFERENCES mail ON DELETE CASCADE
);
ALTER TABLE mail_attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_attachment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mail_attachment USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT ON mail_attachment TO rollcall_notifier;

-- They go with the texts of their mail, at the end of the retention rules as they stand.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES (''mails'', ''mail_attachment'', ' ||
        '''EXISTS (SELECT FROM mail m WHERE m.district_id = x.district_id AND m.mail_id = x.mail_id AND m.ended_at < $1)'', '''') -- 0044' || E'\n');
END $$;

RESET search_path;
