-- Whether an address may be mailed: its owner followed a link, did not stop the mails, and it takes them.

SET search_path = rollcall;

-- An 'it contact' is told of what only the district's technicians can mend; a 'recipient' is an address without an account, told what owners are.
ALTER TABLE member DROP CONSTRAINT member_role_check;
ALTER TABLE member ADD CONSTRAINT member_role_check CHECK (role IN ('owner', 'district manager', 'school administrator', 'viewer',
    'integration specialist', 'it contact', 'recipient'));
ALTER TABLE member
    ADD COLUMN verified_at timestamptz DEFAULT now(), -- NULL: nobody followed the link yet; who was there before has been mailed all along
    ADD COLUMN asked_at timestamptz,            -- when the link was sent last
    ADD COLUMN stopped_at timestamptz,          -- by its owner, by the link of a mail: no optional ones
    ADD COLUMN bounced_at timestamptz,          -- it takes no mail: none is sent
    ADD COLUMN bounce_reply text,               -- what its server said of it, without addresses
    ADD COLUMN soft_bounces int NOT NULL DEFAULT 0; -- mails in a row that came back for now, since one was not
ALTER TABLE mail
    ADD COLUMN optional boolean NOT NULL DEFAULT false,          -- who stopped the mails gets none of these
    ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(),    -- of the links in it
    ADD COLUMN return_token uuid NOT NULL DEFAULT gen_random_uuid(), -- of the address that it comes back to
    ADD COLUMN bounced_at timestamptz, ADD COLUMN bounce_status text, -- it came back: the status code (RFC 3463)
    ADD COLUMN thread text NOT NULL DEFAULT '', -- mails to a member with the same one are a conversation
    ADD COLUMN refers_to text;                  -- the first mail of the conversation: its Message-ID
CREATE UNIQUE INDEX mail_token ON mail (token);
CREATE UNIQUE INDEX mail_return_token ON mail (return_token);
CREATE INDEX mail_thread ON mail (district_id, member_id, thread, planned_at) WHERE thread <> '';

-- Why a member gets no mails, or none that are optional; 'reached': gets all.
CREATE FUNCTION mail_standing(p_member uuid) RETURNS text LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT CASE WHEN m.removed_at IS NOT NULL THEN 'removed' WHEN m.bounced_at IS NOT NULL THEN 'bounced'
                WHEN m.stopped_at IS NOT NULL THEN 'stopped' WHEN m.verified_at IS NULL THEN 'not verified' ELSE 'reached' END
    FROM member m WHERE m.district_id = tenant() AND m.member_id = p_member $$;

-- May a member be mailed? p_optional: by a mail that is no more than useful.
CREATE FUNCTION mail_reaches(p_member uuid, p_optional boolean) RETURNS boolean LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT coalesce(mail_standing(p_member) = 'reached' OR (NOT p_optional AND mail_standing(p_member) IN ('stopped', 'not verified')), false) $$;
GRANT EXECUTE ON FUNCTION mail_standing(uuid), mail_reaches(uuid, boolean) TO rollcall_notifier, rollcall_cli, rollcall_scheduler;

RESET search_path;
