-- How far what was decided at $2 by $3 has come: decided and not done, done by outcome; then whether the run still waits for nothing.
SELECT count(*) FILTER (WHERE i.outcome IS NULL), count(*) FILTER (WHERE i.outcome = 'applied'), count(*) FILTER (WHERE i.outcome = 'declined'),
       count(*) FILTER (WHERE i.outcome = 'overtaken'), count(*) FILTER (WHERE i.outcome = 'taken over'),
       (SELECT count(*) FROM plan o JOIN plan_item h USING (district_id, plan_id)
        WHERE o.district_id = tenant() AND o.state = 'open' AND h.decision IS NOT NULL AND h.outcome IS NULL),
       (SELECT r.state FROM run r WHERE r.district_id = tenant() AND r.run_id = $4::uuid),
       (SELECT count(*) FROM plan o JOIN plan_item h USING (district_id, plan_id)
        WHERE o.district_id = tenant() AND o.state = 'open' AND h.hold <> '' AND h.decision IS NULL AND h.outcome IS NULL)
FROM plan_item i
WHERE i.district_id = tenant() AND i.plan_id = $1::uuid AND i.decided_at = $2::timestamptz AND i.decided_by = $3::text
