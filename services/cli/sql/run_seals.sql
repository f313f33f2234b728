-- What each pass of each collection proved: kept evidence, and of passes that nobody has judged yet what their lanes have so far. $1 run.
WITH s AS (
    SELECT k.collection, k.pass, k.mode, k.lanes::bigint, k.pages, k.records, k.ids, k.total_first, k.total_last, k.revision_first, k.revision_last,
           CASE WHEN k.sealed THEN 'sealed' ELSE 'unsealed' END AS state, k.reason
    FROM seal k WHERE k.district_id = tenant() AND k.run_id = $1::uuid
    UNION ALL
    SELECT c.collection, c.pass, c.mode, count(*), sum(l.pages), sum(l.received), NULL, (array_agg(l.total_first ORDER BY l.lane))[1],
           (array_agg(l.total_last ORDER BY l.lane DESC))[1], (array_agg(l.revision_first ORDER BY l.lane))[1],
           (array_agg(l.revision_last ORDER BY l.lane DESC))[1], string_agg(DISTINCT l.state, ', '), coalesce(c.reason, min(l.reason))
    FROM run_collection c JOIN lane l USING (district_id, run_id, collection, pass)
    WHERE c.district_id = tenant() AND c.run_id = $1::uuid
      AND NOT EXISTS (SELECT FROM seal k WHERE k.district_id = tenant() AND k.run_id = c.run_id AND k.collection = c.collection AND k.pass = c.pass)
    GROUP BY c.collection, c.pass, c.mode, c.reason
)
SELECT * FROM s
ORDER BY array_position(ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments', 'demographics', 'resources', 'verify'],
                        collection), pass
