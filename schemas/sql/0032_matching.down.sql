-- As before an account is not found by its phone: everybody is looked at once more.
SET search_path = rollcall, pg_temp;

TRUNCATE settled_record, settled_account;

RESET search_path;
