-- How far what was decided at $2 by $3 has come: not done, done by outcome; then what the plan that followed has still to do, the run's
-- state ($4), what waits for a person, and whether the plan is still the open one.
SELECT count(*) FILTER (WHERE i.outcome IS NULL AND p.state <> 'applied'), count(*) FILTER (WHERE coalesce(i.outcome, p.state) = 'applied'), count(*) FILTER (WHERE i.outcome = 'declined'),
       count(*) FILTER (WHERE i.outcome = 'overtaken'), count(*) FILTER (WHERE i.outcome = 'taken over'),
       (SELECT count(*) FROM plan o JOIN decided_item h USING (district_id, plan_id)
        WHERE o.district_id = tenant() AND o.state = 'open' AND o.plan_id <> $1::uuid AND h.outcome IS NULL
          AND (h.decision IS NOT NULL OR h.hold = '')),
       (SELECT r.state FROM run r WHERE r.district_id = tenant() AND r.run_id = $4::uuid),
       (SELECT count(*) FROM plan o JOIN decided_item h USING (district_id, plan_id)
        WHERE o.district_id = tenant() AND o.state = 'open' AND h.hold <> '' AND h.decision IS NULL AND h.outcome IS NULL),
       (SELECT p.state = 'open' FROM plan p WHERE p.district_id = tenant() AND p.plan_id = $1::uuid)
FROM decided_item i JOIN plan p USING (district_id, plan_id)
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decided_at = $2::timestamptz AND i.decided_by = $3::text
