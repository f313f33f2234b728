-- Accounts that were merged stay archived, with what they had left behind where it is.
SET search_path = rollcall;

REVOKE EXECUTE ON FUNCTION account_stays(uuid) FROM rollcall_cli;
ALTER TABLE undo DROP COLUMN pair;
DROP TABLE merge_suggestion;
ALTER TABLE account DROP COLUMN merged_into; -- and its check and index with it

RESET search_path;
