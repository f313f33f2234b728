SELECT l.dead_letter_id, d.slug, l.run_id, coalesce(l.collection, ''), l.stage, l.origin_topic, l.error_class, l.error, l.state, l.at, l.closed_at,
       l.closed_by, l.closed_reason, l.page_id, l.lane_id
FROM dead_letter l JOIN district d USING (district_id)
WHERE l.district_id = coalesce($1::uuid, l.district_id) AND ($2::uuid IS NULL OR l.run_id = $2::uuid)
  AND ($3::text = 'all' OR l.state = $3::text)
ORDER BY l.at DESC, l.dead_letter_id LIMIT $4::bigint
