-- The items of some pairs: the links ($2 their numbers) and what waits for them. $1 plan, $3 the links alone.
SELECT array_agg(DISTINCT i.item_no)::text FROM plan_item i
JOIN plan_item l ON l.district_id = tenant() AND l.plan_id = $1::uuid AND l.item_no = ANY ($2::int[]) AND l.person = i.person
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL
  AND (i.item_no = l.item_no OR (NOT $3::boolean AND i.kind = 'join' AND i.hold = 're-keyed'
      AND (i.subject = l.subject OR l.subject = ANY (i.basis))))
