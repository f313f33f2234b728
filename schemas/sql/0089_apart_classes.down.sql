-- The newest of each list is remembered.
SET search_path = rollcall;

ALTER TABLE declined NO FORCE ROW LEVEL SECURITY;
DELETE FROM declined d WHERE node LIKE 'l:%' AND kind = 'field' AND field LIKE 'class:%' AND EXISTS (
    SELECT FROM declined o WHERE o.district_id = d.district_id AND o.node = d.node AND o.kind = 'field' AND o.field LIKE 'class:%'
        AND (o.at, o.field) > (d.at, d.field));
UPDATE declined SET field = 'class' WHERE node LIKE 'l:%' AND kind = 'field' AND field LIKE 'class:%';
ALTER TABLE declined FORCE ROW LEVEL SECURITY;

RESET search_path;
