-- Where something is left of the plan, each item that went says so itself; else the plan's being
-- applied says it of all. $1 plan.
UPDATE plan_item i SET outcome = 'applied'
FROM plan_done d WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.item_no = d.item_no
