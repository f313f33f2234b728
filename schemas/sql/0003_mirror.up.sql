-- What the mirror needs beside its tables.

SET search_path = rollcall;

-- Countdowns that run: a quiet night finds them without reading the mirror.
CREATE INDEX mirror_countdown ON mirror_record (district_id, source_id) WHERE absent_run IS NOT NULL AND gone < 2;

-- The reconciler takes back findings of pages that turned out not to count: of a pass that was begun again, of a fetch that no lane lists.
GRANT DELETE ON finding TO rollcall_reconciler;

RESET search_path;
