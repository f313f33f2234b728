SET search_path = rollcall;
DROP INDEX mirror_countdown;
REVOKE DELETE ON finding FROM rollcall_reconciler;
RESET search_path;
