-- One request however many nights were missed, and the next night, in the district's zone; whether it becomes a delta is decided when it
-- begins (run_begin). $1 source.
WITH due AS (
    SELECT s.source_id, s.next_due_at IS NOT NULL AS came, night_after(now(), s.nightly_at, d.time_zone) AS next
    FROM source s JOIN district d USING (district_id)
    WHERE s.district_id = tenant() AND s.source_id = $1::uuid AND s.automatic AND s.removed_at IS NULL AND d.paused_at IS NULL
      AND (s.next_due_at IS NULL OR s.next_due_at <= now())
), moved AS (
    UPDATE source s SET next_due_at = due.next FROM due WHERE s.district_id = tenant() AND s.source_id = due.source_id
)
SELECT CASE WHEN came THEN run_request(source_id, 'schedule', false, '', 'auto') IS NOT NULL ELSE false END FROM due
