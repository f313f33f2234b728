-- How many of what, for whom and where.
SELECT i.kind, i.role, i.school, coalesce(min(m.body ->> 'name'), ''), count(*),
       count(*) FILTER (WHERE i.hold <> '' AND i.outcome IS NULL AND i.decision IS NULL),
       count(*) FILTER (WHERE i.decision = 'approved'), count(*) FILTER (WHERE i.decision = 'declined'),
       count(*) FILTER (WHERE coalesce(i.outcome, p.state) = 'applied')
FROM decided_item i JOIN plan p USING (district_id, plan_id)
LEFT JOIN mirror_record m ON m.district_id = i.district_id AND m.source_id = p.source_id AND m.collection = 'orgs' AND m.sourced_id = i.school
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid
GROUP BY i.kind, i.role, i.school
ORDER BY array_position(ARRAY['create', 'link', 'restore', 'update', 'archive', 'join', 'end', 'rename'], i.kind), i.role, 4, i.school
