-- The next night after a change of schedule; nothing is due while automatic syncing is off.
UPDATE source s SET next_due_at = CASE WHEN s.automatic THEN night_after(now(), s.nightly_at, d.time_zone) END
FROM district d
WHERE d.district_id = tenant() AND s.district_id = tenant() AND s.source_id = $1::uuid
