-- Sources whose night has come, or whose next one nobody has computed. $1 at most so many.
SELECT s.district_id, s.source_id
FROM source s JOIN district d USING (district_id)
WHERE s.automatic AND s.removed_at IS NULL AND d.paused_at IS NULL AND (s.next_due_at IS NULL OR s.next_due_at <= now())
ORDER BY s.next_due_at LIMIT $1::int
