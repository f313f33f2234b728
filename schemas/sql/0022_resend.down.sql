SET search_path = rollcall;
REVOKE UPDATE (state, due_at, message_id, ended_at, smtp_code, smtp_reply, attempts, told_in, resent_at, resent_by) ON mail FROM rollcall_cli;
ALTER TABLE mail DROP COLUMN resent_at, DROP COLUMN resent_by;
RESET search_path;
