-- Everybody is mailed after every run again.
SET search_path = rollcall;
REVOKE SELECT (district_id, account_id, role, source_id, school_id, ended_on) ON account_role FROM rollcall_notifier;
DROP INDEX run_started;
DROP INDEX history_at;
DROP FUNCTION pins_that_differ();
DROP TRIGGER digest_follow_zone ON district;
DROP TRIGGER digest_follow ON member;
DROP FUNCTION digest_follow_zone(), digest_follow_member(), digest_look(bytea), digest_time(timestamptz, int, text, date, boolean),
    digest_reader_of(text);
DROP TABLE digest_member, digest_reader;
ALTER TABLE member DROP COLUMN digest;
RESET search_path;
