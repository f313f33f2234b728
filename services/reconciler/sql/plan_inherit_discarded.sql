-- P5: what a discarded plan held is held again by key when it is still proposed; its decisions died
-- with it. $1 new plan.
UPDATE plan_item n SET hold = o.hold
FROM plan_item o
WHERE n.district_id = tenant() AND n.plan_id = $1::uuid AND n.hold = '' AND o.district_id = tenant()
    AND o.key = n.key AND o.hold <> ''
  AND o.outcome IS NULL
  AND o.plan_id = (SELECT plan_id FROM plan p WHERE p.district_id = tenant()
      AND p.state = 'discarded' ORDER BY p.closed_at DESC LIMIT 1)
