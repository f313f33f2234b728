-- The next night after a change of schedule; nothing is due while automatic syncing is off.
UPDATE source s SET next_due_at = CASE WHEN s.automatic THEN
    (CASE WHEN (now() AT TIME ZONE d.time_zone)::time < s.nightly_at THEN local_date(d.time_zone) ELSE local_date(d.time_zone) + 1 END
     + s.nightly_at) AT TIME ZONE d.time_zone END
FROM district d
WHERE d.district_id = tenant() AND s.district_id = tenant() AND s.source_id = $1::uuid
