-- Runs in hand, the oldest first. $1 at most so many.
SELECT r.run_id, d.slug, s.name, CASE WHEN r.parked THEN 'Paused' ELSE r.state END, r.phase,
       extract(epoch FROM now() - coalesce(r.started_at, r.requested_at))::bigint,
       (SELECT count(*) FROM lane l WHERE l.district_id = r.district_id AND l.run_id = r.run_id AND l.state IN ('open', 'waiting')),
       (SELECT count(*) FROM dead_letter x WHERE x.district_id = r.district_id AND x.run_id = r.run_id AND x.state = 'open')
FROM run r JOIN district d USING (district_id) JOIN source s USING (district_id, source_id)
WHERE r.finished_at IS NULL ORDER BY coalesce(r.started_at, r.requested_at), r.run_id LIMIT $1::int
