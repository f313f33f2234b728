-- The keys of before are those of now again.

SET search_path = rollcall;

ALTER TABLE settled_record NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mirror_record NO FORCE ROW LEVEL SECURITY;
ALTER TABLE account_link NO FORCE ROW LEVEL SECURITY;
DELETE FROM settled_record s USING mirror_record m
WHERE m.district_id = s.district_id AND m.row_no = s.row_no AND (NOT m.present OR NOT EXISTS (
    SELECT FROM account_link l WHERE l.district_id = m.district_id AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id));
ALTER TABLE account_link FORCE ROW LEVEL SECURITY;
ALTER TABLE mirror_record FORCE ROW LEVEL SECURITY;
ALTER TABLE settled_record FORCE ROW LEVEL SECURITY;

RESET search_path;
