-- Automatic sources whose connection was not tested for so long, or never. $1 at most so many, $2 milliseconds.
SELECT s.district_id, s.source_id
FROM source s JOIN district d USING (district_id)
WHERE s.automatic AND s.kind = 'oneroster-rest' AND s.removed_at IS NULL AND d.paused_at IS NULL
  AND NOT EXISTS (SELECT FROM probe p WHERE p.district_id = s.district_id AND p.source_id = s.source_id
                    AND p.requested_at > now() - $2::bigint * interval '1 ms')
ORDER BY s.source_id LIMIT $1::int
