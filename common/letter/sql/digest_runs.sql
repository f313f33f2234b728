-- Each source: how its last sync ended, how old the data is, when the next comes. $1 member, $2 zone, $3 since, $4 before.
SELECT coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'state', l.state, 'failure', l.failure,
    'read', to_char(r.at AT TIME ZONE $2::text, 'Dy, FMDD Mon, HH24:MI'), 'age', extract(epoch FROM now() - r.at)::bigint,
    'runs', c.runs, 'failed', c.failed, 'failed_before', c.failed_before, 'automatic', s.automatic,
    'next', CASE WHEN s.automatic AND d.paused_at IS NULL THEN to_char(s.next_due_at AT TIME ZONE $2::text, 'Dy, FMDD Mon, HH24:MI') END) ORDER BY s.name), '[]')
FROM source s
JOIN district d USING (district_id)
LEFT JOIN LATERAL (
    SELECT x.state, x.failure FROM run x
    WHERE x.district_id = tenant() AND x.source_id = s.source_id AND NOT x.test AND x.state NOT IN ('Scheduled', 'Running', 'Superseded', 'Cancelled')
    ORDER BY x.requested_at DESC LIMIT 1) l ON true
LEFT JOIN LATERAL (
    SELECT coalesce(x.started_at, x.requested_at) AS at FROM run x
    WHERE x.district_id = tenant() AND x.source_id = s.source_id AND NOT x.test AND x.mirrored_at IS NOT NULL
    ORDER BY x.started_at DESC LIMIT 1) r ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE x.finished_at >= $3::timestamptz) AS runs,
           count(*) FILTER (WHERE x.finished_at >= $3::timestamptz AND x.state = 'Failed') AS failed,
           count(*) FILTER (WHERE x.finished_at < $3::timestamptz AND x.state = 'Failed') AS failed_before
    FROM run x WHERE x.district_id = tenant() AND x.source_id = s.source_id AND NOT x.test AND x.finished_at >= $4::timestamptz) c
WHERE s.district_id = tenant() AND s.removed_at IS NULL AND $1::uuid IS NOT NULL
