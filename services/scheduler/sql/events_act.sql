-- The least that can be asked for: whoever joins the run asks for more, and everything is pulled (clever_survey.sql). $1 source.
SELECT run_request(c.source_id, 'events', false, '', 'delta') IS NOT NULL FROM clever_source c
WHERE c.district_id = tenant() AND c.source_id = $1::uuid AND clever_events_due(c)
