-- Sources of Clever whose feed is to be followed, between whole pulls. $1 at most so many.
SELECT c.district_id, c.source_id FROM clever_source c JOIN district d USING (district_id)
WHERE c.events_minutes IS NOT NULL AND d.paused_at IS NULL AND clever_events_due(c) LIMIT $1::int
