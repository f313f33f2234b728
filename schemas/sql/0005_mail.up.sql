-- What the notifier needs: a mail that may not have arrived is named by a later one (M1); one mail per owner and run, whatever the day.

SET search_path = rollcall;

ALTER TABLE mail ADD COLUMN told_in uuid;      -- of an unknown one: the later mail that names it
CREATE UNIQUE INDEX mail_once ON mail (district_id, member_id, kind, about) WHERE kind IN ('result', 'held');
CREATE INDEX mail_unknown ON mail (district_id, member_id) WHERE state = 'unknown';

-- A refused mail is an alert for the operator. Countdowns are counted: ids and dates, no values.
GRANT INSERT ON alert TO rollcall_notifier;
-- Its work by the clock runs on one instance at a time.
GRANT SELECT, INSERT, UPDATE ON leader_lease TO rollcall_notifier;
GRANT SELECT (district_id, source_id, collection, sourced_id, absent_run, absent_on, gone) ON mirror_record TO rollcall_notifier;
GRANT SELECT (district_id, source_id, sourced_id, account_id) ON account_link TO rollcall_notifier;

RESET search_path;
