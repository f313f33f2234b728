-- P7: who declines an archive declines with it what follows from it and was not decided by itself:
-- the person stays as they are, with classes and guardians. $1 plan.
UPDATE plan_item i SET decision = 'declined', decided_by = d.decided_by, decided_at = d.decided_at
FROM (SELECT w.follower, min(l.decided_by) AS decided_by, min(l.decided_at) AS decided_at
    FROM plan_followers($1::uuid) w
    JOIN plan_item l ON l.district_id = tenant() AND l.plan_id = $1::uuid AND l.item_no = w.leader
        AND l.decision = 'declined' AND l.outcome IS NULL
    GROUP BY w.follower) d
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.item_no = d.follower
    AND i.decision IS NULL AND i.outcome IS NULL
