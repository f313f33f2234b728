SELECT r.run_id, d.slug, s.name, r.kind, r.test, r.state, r.phase, r.requested_by, r.requested_at, r.started_at, r.finished_at,
       extract(epoch FROM coalesce(r.finished_at, now()) - r.started_at)::bigint, r.failure, r.counts
FROM run r JOIN district d USING (district_id) JOIN source s USING (district_id, source_id)
WHERE r.district_id = coalesce($1::uuid, r.district_id) AND r.source_id = coalesce($2::uuid, r.source_id)
  AND r.state = coalesce($3::text, r.state)
ORDER BY r.requested_at DESC, r.run_id DESC LIMIT $4::bigint
