-- The pairs of an act that merges.
CREATE TEMP TABLE IF NOT EXISTS act_pair (item_no int, stays uuid, goes uuid) ON COMMIT DELETE ROWS
