-- The reconciler takes back findings of pages that turned out not to count: of a pass that was begun again, of a fetch that no lane lists.

SET search_path = rollcall;
GRANT DELETE ON finding TO rollcall_reconciler;
RESET search_path;
