-- The new plan is the district's open one; a plan without items is over before it began. $1 plan, $2
-- it has items.
UPDATE plan p SET state = CASE WHEN $2::boolean THEN 'open' ELSE 'applied' END
WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
