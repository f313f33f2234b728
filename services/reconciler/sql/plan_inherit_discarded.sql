-- P5: what a discarded plan held is held again by key when it is still proposed; its decisions died
-- with it. $1 new plan, $2 the discarded one.
UPDATE plan_item n SET hold = o.hold
FROM plan_item o
WHERE n.district_id = tenant() AND n.plan_id = $1::uuid AND n.hold = ''
    AND o.district_id = tenant() AND o.plan_id = $2::uuid AND o.key = n.key
    AND o.hold NOT IN ('', 'additions only', 'blackout date') AND o.outcome IS NULL
