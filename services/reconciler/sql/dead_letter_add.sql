-- A dead letter, once per origin. Closed at once where nobody has to decide: the page is in the
-- ledger after all (R4), or its run is over. The same origin once more reopens only a lane that is
-- failed now: state decides, not the message.
INSERT INTO dead_letter AS old (district_id, run_id, page_id, lane_id, collection, topic, partition,
    kafka_offset, origin_topic,
                                origin_partition, origin_offset, origin_key, stage, stage_version,
                                    error_class, error, state, closed_at,
                                closed_by, closed_reason)
SELECT tenant(), x.run_id, $2::text, x.lane_id, $4::text, $5::text, $6::int, $7::bigint, $8::text,
    $9::int, $10::bigint, coalesce($11::text, ''), $12::text, $13::text, $14::text, $15::text,
       CASE WHEN x.reason IS NULL THEN 'open' ELSE 'closed' END, CASE
           WHEN x.reason IS NOT NULL THEN now() END,
       CASE WHEN x.reason IS NOT NULL THEN 'rollcall-reconciler' END, x.reason
FROM (SELECT $1::uuid AS run_id, $3::uuid AS lane_id,
             CASE WHEN EXISTS (SELECT FROM page_ledger p WHERE p.run_id = $1::uuid
                 AND p.page_id = $2::text) THEN 'the page is in the ledger'
                  WHEN EXISTS (SELECT FROM run r WHERE r.run_id = $1::uuid
                      AND r.finished_at IS NOT NULL) THEN 'its run has ended'
                  WHEN $2::text IS NOT NULL AND EXISTS (SELECT FROM run r WHERE r.run_id = $1::uuid
                      AND r.phase <> 'fetching')
                  THEN 'its run went on without it'
             END AS reason) x
ON CONFLICT (district_id, origin_topic, origin_partition, origin_offset, stage) DO UPDATE
SET state = 'open', closed_at = NULL, closed_by = NULL, closed_reason = NULL, at = now(),
    error = excluded.error
WHERE old.state = 'replayed' AND EXISTS (SELECT FROM lane l WHERE l.lane_id = old.lane_id
    AND l.state = 'failed')
