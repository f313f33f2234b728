-- $1 run, $2 the reader's time zone, $3 member: who has named schools reads nothing that may hold numbers of others.
SELECT jsonb_build_object('id', r.run_id, 'source', s.name, 'state', r.state, 'failure', CASE WHEN sees.all THEN r.failure END, 'zone', $2::text,
    'paused', r.parked, 'delta', r.kind = 'delta', 'asked', CASE WHEN sees.all THEN r.counts -> 'verify' END,
    'fetched', to_char(coalesce(r.started_at, r.requested_at) AT TIME ZONE $2::text, 'Dy, FMDD Mon YYYY, HH24:MI'),
    'mirrored', r.mirrored_at IS NOT NULL,
    'next', CASE WHEN s.automatic AND s.removed_at IS NULL AND d.paused_at IS NULL
                 THEN to_char(s.next_due_at AT TIME ZONE $2::text, 'Dy, FMDD Mon YYYY, HH24:MI') END,
    'stopped', d.paused_at IS NOT NULL)
FROM run r CROSS JOIN (SELECT member_schools($3::uuid) IS NULL AS all) sees
JOIN source s ON s.district_id = r.district_id AND s.source_id = r.source_id
JOIN district d ON d.district_id = r.district_id
WHERE r.district_id = tenant() AND r.run_id = $1::uuid
