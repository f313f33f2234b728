-- What comes back is nobody's.
SET search_path = rollcall;
CREATE OR REPLACE FUNCTION causes_now(p_silent interval) RETURNS SETOF cause_found LANGUAGE sql STABLE SET search_path = rollcall, pg_temp AS $$
    SELECT * FROM causes_unanswered() UNION ALL SELECT * FROM causes_of_sources() UNION ALL SELECT * FROM causes_of_setup()
    UNION ALL SELECT * FROM causes_of_pauses() UNION ALL SELECT * FROM causes_of_mails(p_silent) $$;
DROP FUNCTION causes_of_digests(interval);
REVOKE INSERT ON audit FROM rollcall_notifier;
REVOKE INSERT ON alert FROM rollcall_cli;
REVOKE UPDATE (bounced_at, bounce_reply, verified_at, asked_at, stopped_at) ON member FROM rollcall_notifier;
REVOKE UPDATE (bounced_at, bounce_status) ON mail FROM rollcall_cli;
DROP FUNCTION mail_bounced(uuid, text, text), bounce_is_hard(text);
RESET search_path;
