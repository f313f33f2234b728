SET search_path = rollcall;
REVOKE SELECT (district_id, source_id, sourced_id, account_id) ON account_link FROM rollcall_notifier;
REVOKE SELECT (district_id, source_id, collection, sourced_id, absent_run, absent_on, gone) ON mirror_record FROM rollcall_notifier;
REVOKE SELECT, INSERT, UPDATE ON leader_lease FROM rollcall_notifier;
REVOKE INSERT ON alert FROM rollcall_notifier;
DROP INDEX mail_unknown;
DROP INDEX mail_once;
ALTER TABLE mail DROP COLUMN told_in;
RESET search_path;
