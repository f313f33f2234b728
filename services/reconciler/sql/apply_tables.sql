-- What an apply works on, emptied at each commit. Items of a kind that everybody may have by the
-- dozen (memberships) are never copied here as they are: only who, where, and the item's number.
CREATE TEMP TABLE IF NOT EXISTS plan_go (
    item_no int, person int, kind text, subject text, field text, new_value text, basis text[],
    account_id uuid
) ON COMMIT DELETE ROWS;
-- The records that creates and links rest on, and the account that will hold them.
CREATE TEMP TABLE IF NOT EXISTS plan_basis (item_no int, kind text, holder uuid, node text,
    source_id uuid, sourced_id text) ON COMMIT DELETE ROWS;
-- Whose a record is, by its node.
CREATE TEMP TABLE IF NOT EXISTS plan_holder (node text, account_id uuid,
    active boolean) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_named (node text, source_id uuid,
    sourced_id text) ON COMMIT DELETE ROWS;
-- Memberships by the name that items use.
CREATE TEMP TABLE IF NOT EXISTS plan_list (name text, source_id uuid, class_id text, role text,
    list_id uuid) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_member (item_no int, person int, list_id uuid, role text,
    account_id uuid) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_guard (item_no int, person int, guardian_id uuid,
    student_id uuid, relation text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS plan_back (list_id uuid, role text, account_id uuid,
    version bigint) ON COMMIT DELETE ROWS;
-- What was done, with the version that an undo must find again.
CREATE TEMP TABLE IF NOT EXISTS plan_done (item_no int, person int, kind text, account_id uuid,
    version bigint) ON COMMIT DELETE ROWS;
