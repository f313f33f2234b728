-- P4, P6: an undecided or approved item of a person who moved stands only where the planner, asked
-- again, says the same; else it is overtaken: named, without a mark, planned again. $1 plan.
UPDATE plan_item i SET outcome = 'overtaken'
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL
  AND (i.decision IS NOT NULL OR i.hold = '')
  AND i.person IN (SELECT p.person FROM plan_person p, jsonb_object_keys(p.reads) r
      JOIN plan_cand c ON c.node = r
                   WHERE p.district_id = tenant() AND p.plan_id = $1::uuid)
  AND NOT EXISTS (SELECT FROM plan_new n WHERE n.key = i.key)
