-- What is decided about a plan as a whole stands in its own row: approving a million items writes one
-- row, and whoever looks every few seconds whether a decision waits reads no item.
SET search_path = rollcall, pg_temp;

ALTER TABLE plan
    ADD COLUMN approved_by text,                -- who approved all of it; a decision of an item's own goes before
    ADD COLUMN approved_at timestamptz,
    ADD COLUMN decided_at timestamptz;          -- since when something decided is not done yet; NULL: nothing is

ALTER TABLE plan NO FORCE ROW LEVEL SECURITY;   -- the owner fills in every district's
ALTER TABLE plan_item NO FORCE ROW LEVEL SECURITY;
UPDATE plan p SET decided_at = (SELECT min(i.decided_at) FROM plan_item i
    WHERE i.district_id = p.district_id AND i.plan_id = p.plan_id AND i.decision IS NOT NULL AND i.outcome IS NULL)
WHERE p.state = 'open';
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
ALTER TABLE plan_item FORCE ROW LEVEL SECURITY;

-- Items with the decision that holds: their own, or else the whole plan's. From the plan to its items: without OFFSET, PostgreSQL, which knows no
-- number of theirs, looks the plan up for each.
CREATE VIEW decided_item WITH (security_invoker) AS
SELECT p.district_id, p.plan_id, i.item_no, i.person, i.key, i.kind, i.subject, i.field, i.old_value, i.new_value, i.cause, i.evidence, i.waits,
       i.basis, i.role, i.school, i.hold,
       CASE WHEN i.decision IS NULL AND p.approved_at IS NOT NULL THEN 'approved' ELSE i.decision END AS decision,
       coalesce(i.decided_by, p.approved_by) AS decided_by, coalesce(i.decided_at, p.approved_at) AS decided_at, i.outcome
FROM plan p CROSS JOIN LATERAL (
    SELECT * FROM plan_item x WHERE x.district_id = p.district_id AND x.plan_id = p.plan_id OFFSET 0) i;
GRANT SELECT ON decided_item TO rollcall_reconciler, rollcall_notifier, rollcall_cli;

REVOKE SELECT (decided_at) ON plan_item FROM rollcall_scheduler;

RESET search_path;
