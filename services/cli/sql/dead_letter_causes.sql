-- Letters by what went wrong, the biggest group first. $1 district, $2 run, $3 state.
SELECT l.stage, l.error_class, l.origin_topic, l.error, count(*), count(DISTINCT l.district_id), min(l.at), max(l.at)
FROM dead_letter l
WHERE l.district_id = coalesce($1::uuid, l.district_id) AND ($2::uuid IS NULL OR l.run_id = $2::uuid)
  AND ($3::text = 'all' OR l.state = $3::text)
GROUP BY l.stage, l.error_class, l.origin_topic, l.error ORDER BY count(*) DESC, max(l.at) DESC LIMIT $4::bigint
