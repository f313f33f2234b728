-- Since when something decided about the plan is not done yet. $1 plan.
UPDATE plan p SET decided_at = (
    SELECT min(i.decided_at) FROM decided_item i
    WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decision IS NOT NULL
        AND i.outcome IS NULL)
WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
