-- Links in mails are known by digests of their tokens: who reads the database, or a copy of it, can follow none.

SET search_path = rollcall;

-- Each time that a mail is handed over, its links have a token of their own, which stands in that mail alone; all of a mail's work, for a mail that
-- is sent again may have arrived before.
CREATE TABLE mail_link (
    district_id uuid NOT NULL,
    mail_id uuid NOT NULL,
    token_digest bytea NOT NULL,                -- SHA-256 of the token's 16 bytes
    PRIMARY KEY (district_id, mail_id, token_digest),
    FOREIGN KEY (district_id, mail_id) REFERENCES mail ON DELETE CASCADE
);
CREATE UNIQUE INDEX mail_link_token ON mail_link (token_digest);

-- What was sent or written before this goes on working.
ALTER TABLE mail NO FORCE ROW LEVEL SECURITY;
INSERT INTO mail_link (district_id, mail_id, token_digest)
SELECT district_id, mail_id, sha256(uuid_send(token)) FROM mail WHERE optional OR about LIKE 'member.verify:%';
ALTER TABLE mail FORCE ROW LEVEL SECURITY;
DROP INDEX mail_token;
ALTER TABLE mail DROP COLUMN token;

ALTER TABLE mail_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_link FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mail_link USING (district_id = tenant()) WITH CHECK (district_id = tenant());
-- Digests of random bits and ids: searched over all districts, since a link names none.
CREATE POLICY all_districts_rollcall_notifier ON mail_link FOR SELECT TO rollcall_notifier USING (true);
GRANT SELECT, INSERT, DELETE ON mail_link TO rollcall_notifier;

-- They go with the texts of their mail.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure) || E'\nUNION ALL VALUES (''mails'', ''mail_link'', ' ||
        '''EXISTS (SELECT FROM mail m WHERE m.district_id = x.district_id AND m.mail_id = x.mail_id AND m.ended_at < $1)'', '''') -- 0076' || E'\n');
END $$;

RESET search_path;
