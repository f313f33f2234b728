-- P5: what follows from an archive that waits above a threshold waits with it. $1 plan.
UPDATE plan_item i SET hold = 'threshold'
FROM plan_followers($1::uuid) w
JOIN plan_item l ON l.district_id = tenant() AND l.plan_id = $1::uuid AND l.item_no = w.leader
    AND l.hold = 'threshold' AND l.decision IS DISTINCT FROM 'approved'
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.item_no = w.follower AND i.hold = ''
    AND i.decision IS NULL
