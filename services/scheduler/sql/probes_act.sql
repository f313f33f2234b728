-- A test of the source that is asked, unless one was asked for meanwhile. $1 source, $2 milliseconds.
SELECT probe_request(s.source_id, 'schedule')
FROM source s
WHERE s.district_id = tenant() AND s.source_id = $1::uuid AND s.automatic AND s.removed_at IS NULL
  AND NOT EXISTS (SELECT FROM probe p WHERE p.district_id = tenant() AND p.source_id = s.source_id
                    AND p.requested_at > now() - $2::bigint * interval '1 ms')
