-- The new plan is the district's open one; a plan without items is over before it began. $1 plan.
UPDATE plan p SET state = CASE WHEN EXISTS (SELECT FROM plan_item i WHERE i.district_id = tenant()
    AND i.plan_id = p.plan_id)
    THEN 'open' ELSE 'applied' END
WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
