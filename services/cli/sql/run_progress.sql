SELECT r.state, r.phase, r.parked, r.failure,
       (SELECT coalesce(sum(l.received), 0) FROM run_collection c JOIN lane l USING (district_id, run_id, collection, pass)
        WHERE c.district_id = r.district_id AND c.run_id = r.run_id),
       (SELECT count(*) FROM run_collection c WHERE c.district_id = r.district_id AND c.run_id = r.run_id AND c.sealed IS NOT NULL),
       (SELECT count(*) FROM run_collection c WHERE c.district_id = r.district_id AND c.run_id = r.run_id),
       (SELECT count(*) FROM dead_letter d WHERE d.district_id = r.district_id AND d.run_id = r.run_id AND d.state = 'open')
FROM run r WHERE r.district_id = tenant() AND r.run_id = $1::uuid
