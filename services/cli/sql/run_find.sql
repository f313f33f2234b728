-- A run by its id, whichever district it is of; or the newest of a district ($2), of a source ($3), one person's syncs aside.
SELECT r.run_id, r.district_id, d.slug FROM run r JOIN district d USING (district_id)
WHERE r.run_id = coalesce($1::uuid, r.run_id) AND ($1::uuid IS NOT NULL OR r.people IS NULL) AND r.district_id = coalesce($2::uuid, r.district_id)
  AND r.source_id = coalesce($3::uuid, r.source_id)
ORDER BY r.requested_at DESC, r.run_id DESC LIMIT 1
