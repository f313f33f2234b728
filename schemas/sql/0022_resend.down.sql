SET search_path = rollcall;
REVOKE SELECT (district_id, until) ON pin, exclusion FROM rollcall_notifier;
REVOKE UPDATE (state, due_at, message_id, ended_at, smtp_code, smtp_reply, attempts, told_in, resent_at, resent_by) ON mail FROM rollcall_cli;
ALTER TABLE mail DROP COLUMN resent_at, DROP COLUMN resent_by;
RESET search_path;
