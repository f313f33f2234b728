SET search_path = rollcall;
REVOKE DELETE ON finding FROM rollcall_reconciler;
DROP FUNCTION match_keys(jsonb);
RESET search_path;
