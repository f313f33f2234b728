-- What came of the run's plans, by kind: an item is counted where it ended, or where it waits now.
SELECT i.kind, count(*) FILTER (WHERE coalesce(i.outcome, p.state) = 'applied'),
       count(*) FILTER (WHERE p.state IN ('open', 'test') AND i.hold <> '' AND i.outcome IS NULL AND i.decision IS NULL),
       count(*) FILTER (WHERE p.state = 'test' AND i.hold = '' AND i.outcome IS NULL),
       count(*) FILTER (WHERE i.outcome = 'declined'), count(*) FILTER (WHERE i.outcome = 'overtaken')
FROM plan p JOIN decided_item i USING (district_id, plan_id)
WHERE p.district_id = tenant() AND p.run_id = $1::uuid AND i.outcome IS DISTINCT FROM 'taken over'
GROUP BY i.kind
ORDER BY array_position(ARRAY['create', 'link', 'restore', 'update', 'archive', 'join', 'end', 'rename'], i.kind)
