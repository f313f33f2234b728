SELECT c.collection, c.pass, count(p.page_id) FILTER (WHERE NOT p.struck), coalesce(sum(p.records) FILTER (WHERE NOT p.struck), 0), c.total,
       count(g.page_id) FILTER (WHERE NOT p.struck),
       CASE WHEN c.sealed THEN 'sealed' WHEN c.sealed IS NOT NULL THEN 'unsealed'
            ELSE coalesce((SELECT string_agg(DISTINCT l.state, ', ') FROM lane l WHERE l.district_id = c.district_id AND l.run_id = c.run_id
                           AND l.collection = c.collection AND l.pass = c.pass), 'open') END,
       coalesce(c.reason, (SELECT min(l.reason) FROM lane l WHERE l.district_id = c.district_id AND l.run_id = c.run_id
                           AND l.collection = c.collection AND l.pass = c.pass AND l.state IN ('open', 'waiting', 'failed')))
FROM run_collection c
LEFT JOIN lane_page p ON p.district_id = c.district_id AND p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
LEFT JOIN page_ledger g ON g.district_id = p.district_id AND g.run_id = p.run_id AND g.page_id = p.page_id
WHERE c.district_id = tenant() AND c.run_id = $1::uuid
GROUP BY c.district_id, c.run_id, c.collection, c.pass, c.total, c.sealed, c.reason
ORDER BY array_position(ARRAY['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments', 'demographics', 'resources'], c.collection)
