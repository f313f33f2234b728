-- A mail that its owner misses can be sent again by a person: the same row, under another Message-ID, with who wanted it.

SET search_path = rollcall;

ALTER TABLE mail ADD COLUMN resent_at timestamptz, ADD COLUMN resent_by text; -- the last time that a person had it sent again
GRANT UPDATE (state, due_at, message_id, ended_at, smtp_code, smtp_reply, attempts, told_in, resent_at, resent_by) ON mail TO rollcall_cli;

-- Every report counts what a person had kept as it is.
GRANT SELECT (district_id, until) ON pin, exclusion TO rollcall_notifier;

RESET search_path;
