-- Every address is mailed; roles that only mails knew become viewers.
SET search_path = rollcall;
DROP FUNCTION mail_reaches(uuid, boolean), mail_standing(uuid);
DROP INDEX mail_token, mail_return_token, mail_thread;
ALTER TABLE mail DROP COLUMN optional, DROP COLUMN token, DROP COLUMN return_token, DROP COLUMN bounced_at, DROP COLUMN bounce_status,
    DROP COLUMN thread, DROP COLUMN refers_to;
ALTER TABLE member DROP COLUMN verified_at, DROP COLUMN asked_at, DROP COLUMN stopped_at, DROP COLUMN bounced_at, DROP COLUMN bounce_reply,
    DROP COLUMN soft_bounces;
ALTER TABLE member DROP CONSTRAINT member_role_check;
ALTER TABLE member NO FORCE ROW LEVEL SECURITY;
UPDATE member SET role = 'viewer' WHERE role IN ('it contact', 'recipient');
ALTER TABLE member FORCE ROW LEVEL SECURITY;
ALTER TABLE member ADD CONSTRAINT member_role_check CHECK (role IN ('owner', 'district manager', 'school administrator', 'viewer',
    'integration specialist'));
RESET search_path;
