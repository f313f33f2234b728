-- $1 source.
SELECT run_request(c.source_id, 'events') IS NOT NULL FROM clever_source c
WHERE c.district_id = tenant() AND c.source_id = $1::uuid AND clever_events_due(c)
