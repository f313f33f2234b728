-- A plan by its id ($1), of a run ($2), or of a district ($3): the open one, else the newest.
SELECT p.plan_id, p.district_id, d.slug, p.state, p.hash, p.run_id, p.source_id FROM plan p JOIN district d USING (district_id)
WHERE p.plan_id = coalesce($1::uuid, p.plan_id) AND p.run_id = coalesce($2::uuid, p.run_id)
  AND p.district_id = coalesce($3::uuid, p.district_id)
ORDER BY (p.state = 'open') DESC, p.made_at DESC, p.plan_id DESC LIMIT 1
