SELECT r.run_id::text, r.source_id::text FROM run r
WHERE r.district_id = tenant() AND r.state = 'On hold'
  AND NOT EXISTS (SELECT FROM plan p JOIN decided_item i USING (district_id, plan_id)
      WHERE p.district_id = tenant() AND p.run_id = r.run_id
                      AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> ''
                          AND i.decision IS NULL)
LIMIT 1
