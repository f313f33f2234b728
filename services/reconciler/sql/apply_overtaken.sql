-- P4, P6: an undecided or approved item of a person who moved stands only where the planner, asked
-- again, says the same; else it is overtaken: named, without a mark, planned again. $1 plan.
UPDATE plan_item i SET outcome = 'overtaken'
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.outcome IS NULL
  AND (i.decision IS NOT NULL OR i.hold = '' OR EXISTS (
      SELECT FROM plan p WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
          AND p.approved_at IS NOT NULL))
  AND i.person IN (
      SELECT p.person FROM plan_person p, unnest(p.records) r JOIN plan_record c ON c.row_no = r
      WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
      UNION
      SELECT p.person FROM plan_person p, unnest(p.accounts) r
      JOIN plan_account c ON c.account_id = r
      WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
      UNION -- of whom it is not known what was read
      SELECT p.person FROM plan_person p
      WHERE p.district_id = tenant() AND p.plan_id = $1::uuid
          AND cardinality(p.records) + cardinality(p.accounts) = 0)
  AND NOT EXISTS (SELECT FROM plan_new n WHERE n.key = i.key)
