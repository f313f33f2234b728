-- P3, P5: decisions reach equal keys only, and what was held stays held until it is decided,
-- but for what a setting alone put off. $1 new
-- plan, $2 plan of before.
UPDATE plan_item n SET
    hold = CASE WHEN n.hold = '' AND o.hold NOT IN ('additions only', 'blackout date')
        THEN o.hold ELSE n.hold END,
    decision = o.decision, decided_by = o.decided_by,
    decided_at = o.decided_at
FROM decided_item o
WHERE n.district_id = tenant() AND n.plan_id = $1::uuid AND o.district_id = tenant()
    AND o.plan_id = $2::uuid AND o.key = n.key
  AND o.outcome IS NULL AND (o.hold NOT IN ('', 'additions only', 'blackout date')
      OR o.decision IS NOT NULL)
