-- Whom a record is, by weighted rules. An account is found by its name with its phone too, so who is settled by the keys of before
-- is looked at once more.
SET search_path = rollcall, pg_temp;

TRUNCATE settled_record, settled_account;

RESET search_path;
