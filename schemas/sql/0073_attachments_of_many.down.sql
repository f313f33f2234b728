-- Mails that wait go out without what other districts' were to bring.
SET search_path = rollcall;

DO $$
DECLARE said text := (SELECT prosrc FROM pg_proc WHERE oid = 'retention_rules()'::regprocedure);
    was CONSTANT text := '''mail_attachment'', ''x.made_at < $1''';
BEGIN
    ASSERT strpos(said, was) > 0;
    EXECUTE format('CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS %L',
        replace(said, was, '''mail_attachment'', ' ||
            '''EXISTS (SELECT FROM mail m WHERE m.district_id = x.district_id AND m.mail_id = x.mail_id AND m.ended_at < $1)'''));
END $$;
DROP POLICY of_mail ON mail_attachment;
ALTER TABLE mail_attachment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mail NO FORCE ROW LEVEL SECURITY; -- the new key is checked over all districts
DELETE FROM mail_attachment WHERE mail_district <> district_id;
ALTER TABLE mail_attachment DROP COLUMN mail_district, DROP COLUMN made_at,
    ADD CONSTRAINT mail_attachment_district_id_mail_id_fkey FOREIGN KEY (district_id, mail_id) REFERENCES mail ON DELETE CASCADE;
ALTER TABLE mail_attachment FORCE ROW LEVEL SECURITY;
ALTER TABLE mail FORCE ROW LEVEL SECURITY;

RESET search_path;
