SELECT p.plan_id, d.slug, p.run_id, s.name, p.state, p.hash, p.planned_on, p.made_at, p.closed_at, p.policy_version, count(i.item_no),
       count(*) FILTER (WHERE i.hold <> '' AND i.outcome IS NULL AND i.decision IS NULL),
       count(*) FILTER (WHERE coalesce(i.outcome, p.state) = 'applied'), count(*) FILTER (WHERE i.outcome = 'overtaken'), p.counts -> 'situations'
FROM plan p JOIN district d USING (district_id) JOIN source s USING (district_id, source_id)
LEFT JOIN decided_item i USING (district_id, plan_id)
WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
GROUP BY p.plan_id, d.slug, p.run_id, s.name, p.state, p.hash, p.planned_on, p.made_at, p.closed_at, p.policy_version, p.counts
