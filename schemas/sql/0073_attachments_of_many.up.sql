-- A digest of several districts brings what each of them allows: an attachment is its own district's, its mail may be another's.

SET search_path = rollcall;

ALTER TABLE mail_attachment
    ADD COLUMN mail_district uuid,              -- in which its mail stands
    ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE mail_attachment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mail NO FORCE ROW LEVEL SECURITY; -- the new key is checked over all districts
UPDATE mail_attachment SET mail_district = district_id;
ALTER TABLE mail_attachment ALTER COLUMN mail_district SET NOT NULL;
ALTER TABLE mail_attachment DROP CONSTRAINT mail_attachment_district_id_mail_id_fkey,
    ADD CONSTRAINT mail_attachment_of_mail FOREIGN KEY (mail_district, mail_id) REFERENCES mail ON DELETE CASCADE;
ALTER TABLE mail_attachment FORCE ROW LEVEL SECURITY;
ALTER TABLE mail FORCE ROW LEVEL SECURITY;
CREATE INDEX mail_attachment_mail ON mail_attachment (mail_district, mail_id);
-- Who sends a mail reads all that it brings.
CREATE POLICY of_mail ON mail_attachment FOR SELECT TO rollcall_notifier USING (mail_district = tenant());

-- They go by their own age, which is that of their mail: the mail may be no row that their district sees.
DO $$
DECLARE said text := (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure);
    was CONSTANT text := 'EXISTS (SELECT FROM mail m WHERE m.district_id = x.district_id AND m.mail_id = x.mail_id AND m.ended_at < $1)';
BEGIN
    ASSERT strpos(said, was) > 0;
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        replace(said, was, 'x.made_at < $1'));
END $$;

RESET search_path;
