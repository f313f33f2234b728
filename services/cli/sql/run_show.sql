SELECT r.run_id, d.slug, s.name, r.kind, r.test, r.state, r.phase, r.parked, r.suspect, r.requested_by, r.requested_at, r.started_at,
       r.ready_at, r.mirrored_at, r.finished_at, r.deadline_at, r.snapshot_on, r.base_mirror_version,
       extract(epoch FROM coalesce(r.finished_at, now()) - r.started_at)::bigint, r.failure, r.counts,
       (SELECT p.plan_id FROM plan p WHERE p.district_id = r.district_id AND p.run_id = r.run_id ORDER BY made_at DESC LIMIT 1),
       (SELECT count(*) FROM dead_letter l WHERE l.district_id = r.district_id AND l.run_id = r.run_id AND l.state = 'open'),
       (SELECT m.state FROM mail m WHERE m.district_id = r.district_id AND m.about = r.run_id::text ORDER BY m.planned_at DESC LIMIT 1),
       r.upload_id
FROM run r JOIN district d USING (district_id) JOIN source s USING (district_id, source_id)
WHERE r.district_id = tenant() AND r.run_id = $1::uuid
