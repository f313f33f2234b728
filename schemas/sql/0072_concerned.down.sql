-- Mails concern owners alone; operators become viewers who were removed.
SET search_path = rollcall;
DROP FUNCTION run_concerns(uuid, uuid), member_schools(uuid), operators_add(text);
ALTER TABLE member DROP CONSTRAINT member_role_check;
ALTER TABLE member NO FORCE ROW LEVEL SECURITY;
UPDATE member SET role = 'viewer', removed_at = coalesce(removed_at, now()) WHERE role = 'operator';
ALTER TABLE member FORCE ROW LEVEL SECURITY;
ALTER TABLE member ADD CONSTRAINT member_role_check CHECK (role IN ('owner', 'district manager', 'school administrator', 'viewer',
    'integration specialist', 'it contact', 'recipient'));
RESET search_path;
