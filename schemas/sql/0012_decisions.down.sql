SET search_path = rollcall, pg_temp;

GRANT SELECT (decided_at) ON plan_item TO rollcall_scheduler;
DROP VIEW decided_item;
ALTER TABLE plan NO FORCE ROW LEVEL SECURITY;
ALTER TABLE plan_item NO FORCE ROW LEVEL SECURITY;
UPDATE plan_item i SET decision = 'approved', decided_by = p.approved_by, decided_at = p.approved_at
FROM plan p WHERE p.district_id = i.district_id AND p.plan_id = i.plan_id AND p.approved_at IS NOT NULL AND i.decision IS NULL;
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
ALTER TABLE plan_item FORCE ROW LEVEL SECURITY;
ALTER TABLE plan DROP COLUMN decided_at, DROP COLUMN approved_at, DROP COLUMN approved_by;

RESET search_path;
