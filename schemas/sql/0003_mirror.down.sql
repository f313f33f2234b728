SET search_path = rollcall;
REVOKE DELETE ON finding FROM rollcall_reconciler;
RESET search_path;
