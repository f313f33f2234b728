-- What the plan of the run did, by kind; else what it would.
SELECT i.kind, count(*), count(*) FILTER (WHERE i.outcome = 'applied'), count(*) FILTER (WHERE i.hold <> '' AND i.outcome IS NULL AND i.decision IS NULL),
       count(*) FILTER (WHERE i.outcome = 'declined' OR (i.decision = 'declined' AND i.outcome IS NULL)),
       count(*) FILTER (WHERE i.outcome = 'overtaken')
FROM plan p JOIN plan_item i USING (district_id, plan_id)
WHERE p.district_id = tenant() AND p.run_id = $1::uuid
  AND p.plan_id = (SELECT plan_id FROM plan q WHERE q.district_id = tenant() AND q.run_id = $1::uuid ORDER BY made_at DESC LIMIT 1)
GROUP BY i.kind
ORDER BY array_position(ARRAY['create', 'link', 'restore', 'update', 'archive', 'join', 'end'], i.kind)
