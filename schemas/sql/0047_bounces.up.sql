-- Mails that come back, and what the owner of an address says by the links in a mail.

SET search_path = rollcall;

-- Does a status code (RFC 3463) say that the address itself takes no mail, rather than that this mail was not wanted or came at a bad time?
CREATE FUNCTION bounce_is_hard(p_status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_status ~ '^5\.(1\.\d+|2\.1|4\.4)$', false) $$;

-- A report about the mail that was sent with this return address: what it is taken for, 'hard', 'soft' (it is counted) or 'nothing' (it is
-- under way still, arrived, or was told before). NULL: there is no such mail in the transaction's district.
CREATE FUNCTION mail_bounced(p_token uuid, p_action text, p_status text) RETURNS text LANGUAGE plpgsql SET search_path = rollcall, pg_temp AS $$
DECLARE m mail; hard boolean := bounce_is_hard(p_status);
BEGIN
    SELECT x.* INTO m FROM mail x WHERE x.district_id = tenant() AND x.return_token = p_token FOR UPDATE;
    IF m.mail_id IS NULL THEN RETURN NULL; END IF;
    IF lower(p_action) <> 'failed' OR m.bounced_at IS NOT NULL THEN RETURN 'nothing'; END IF;
    UPDATE mail x SET bounced_at = now(), bounce_status = p_status WHERE x.district_id = tenant() AND x.mail_id = m.mail_id;
    UPDATE member x SET bounced_at = CASE WHEN hard THEN coalesce(x.bounced_at, now()) ELSE x.bounced_at END,
        bounce_reply = CASE WHEN hard THEN p_status ELSE x.bounce_reply END, soft_bounces = x.soft_bounces + (NOT hard)::int
    WHERE x.district_id = tenant() AND x.member_id = m.member_id;
    RETURN CASE WHEN hard THEN 'hard' ELSE 'soft' END;
END $$;

GRANT EXECUTE ON FUNCTION bounce_is_hard(text) TO rollcall_notifier, rollcall_cli;
GRANT EXECUTE ON FUNCTION mail_bounced(uuid, text, text) TO rollcall_cli;
GRANT UPDATE (bounced_at, bounce_status) ON mail TO rollcall_cli;
-- What a mail server says of an address, and its owner by a link; both are in the trail.
GRANT UPDATE (bounced_at, bounce_reply, verified_at, asked_at, stopped_at) ON member TO rollcall_notifier;
GRANT INSERT ON audit TO rollcall_notifier;
-- Asking for a word from an address is an alert to that address alone.
GRANT INSERT ON alert TO rollcall_cli;

-- A daily mail that was due and that nobody even planned.
CREATE FUNCTION causes_of_digests(p_silent interval) RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT 'mail.silent', 'digest', NULL::uuid, NULL::uuid, format('the daily mails of %s people are overdue, the first since %s UTC: nobody has '
               'planned them', count(*), to_char(min(r.due_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')), interval '1 day'
    FROM digest_member m JOIN digest_reader r USING (reader)
    WHERE m.district_id = tenant() AND r.due_at < now() - p_silent AND mail_reaches(m.member_id, true)
    HAVING count(*) > 0 $$;
-- As in 0046, with these.
CREATE OR REPLACE FUNCTION causes_now(p_silent interval) RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT * FROM causes_unanswered() UNION ALL SELECT * FROM causes_of_sources() UNION ALL SELECT * FROM causes_of_setup()
    UNION ALL SELECT * FROM causes_of_pauses() UNION ALL SELECT * FROM causes_of_mails(p_silent)
    UNION ALL SELECT * FROM causes_of_digests(p_silent) $$;

RESET search_path;
