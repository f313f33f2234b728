-- What would be otherwise. $1 preview, $2 counts of today's settings, $3 of the changed ones, $4 why
-- there are none.
UPDATE preview SET done_at = now(), failure = $4, result = CASE WHEN $4::text IS NULL THEN (
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'role', role, 'cause', cause,
            'waits', waits, 'today', coalesce(a.n, 0), 'then', coalesce(b.n, 0))
        ORDER BY kind, role, cause, waits), '[]')
    FROM jsonb_to_recordset($2::jsonb) a(kind text, role text, cause text, waits text, n bigint)
    FULL JOIN jsonb_to_recordset($3::jsonb) b(kind text, role text, cause text, waits text, n bigint)
        USING (kind, role, cause, waits)
    WHERE a.n IS DISTINCT FROM b.n) END
WHERE district_id = tenant() AND preview_id = $1::uuid AND done_at IS NULL
