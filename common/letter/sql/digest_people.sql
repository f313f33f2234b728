-- People by role and what became of them, each counted once a column; and the same of the time before. $1 member, $2 zone, $3 since,
-- $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools WHERE $2::text <> ''
), person AS (
    SELECT h.at >= $3::timestamptz AS lately, h.account_id, max(h.role) AS role, bool_or(h.kind = 'create') AS made,
           bool_or(h.kind = 'update') AS changed, bool_or(h.kind = 'archive') AS archived, bool_or(h.kind = 'restore') AS restored,
           bool_or(h.kind = 'link') AS linked
    FROM scope, history h
    WHERE h.district_id = tenant() AND h.at >= $4::timestamptz AND h.undone_at IS NULL AND h.kind IN ('create', 'update', 'archive', 'restore', 'link')
      AND (scope.schools IS NULL OR h.school = ANY (scope.schools) OR EXISTS (SELECT FROM account_role r
           WHERE r.district_id = tenant() AND r.account_id = h.account_id AND r.school_id = ANY (scope.schools)))
    GROUP BY 1, 2
), done AS (
    SELECT lately, coalesce(nullif(role, ''), 'other') AS role, count(*) FILTER (WHERE made) AS created, count(*) FILTER (WHERE changed AND NOT made) AS changed,
           count(*) FILTER (WHERE archived) AS archived, count(*) FILTER (WHERE restored AND NOT made) AS restored,
           count(*) FILTER (WHERE linked AND NOT made AND NOT changed AND NOT restored) AS skipped
    FROM person GROUP BY 1, 2
), last_run AS (
    SELECT DISTINCT ON (r.source_id, r.finished_at >= $3::timestamptz) r.run_id, r.source_id, r.finished_at >= $3::timestamptz AS lately
    FROM run r
    WHERE r.district_id = tenant() AND r.finished_at >= $4::timestamptz AND NOT r.test AND r.mirrored_at IS NOT NULL
    ORDER BY r.source_id, r.finished_at >= $3::timestamptz, r.finished_at DESC
), bad AS (
    SELECT DISTINCT u.lately, u.source_id, f.sourced_id FROM last_run u JOIN finding f ON f.district_id = tenant() AND f.run_id = u.run_id
    WHERE f.severity = 'error' AND f.collection = 'users' AND f.sourced_id IS NOT NULL
), failed AS (
    SELECT b.lately, coalesce(r.role, 'other') AS role, count(*) AS failed
    FROM scope, bad b
    LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = b.source_id AND l.sourced_id = b.sourced_id
    LEFT JOIN LATERAL (SELECT min(x.role) AS role, bool_or(x.school_id = ANY (scope.schools)) AS seen FROM account_role x
                       WHERE x.district_id = tenant() AND x.account_id = l.account_id AND x.ended_on IS NULL) r ON true
    WHERE scope.schools IS NULL OR r.seen
    GROUP BY 1, 2
), held AS (
    SELECT true AS lately, coalesce(nullif(i.role, ''), 'other') AS role, count(DISTINCT i.subject) AS held
    FROM scope, plan p JOIN decided_item i USING (district_id, plan_id)
    WHERE p.district_id = tenant() AND p.state = 'open' AND i.outcome IS NULL AND i.hold <> '' AND i.decision IS NULL
      AND i.kind IN ('create', 'update', 'archive', 'restore', 'link') AND (scope.schools IS NULL OR i.school = ANY (scope.schools))
    GROUP BY 2
), together AS (
    SELECT lately, role, jsonb_build_object('created', coalesce(created, 0), 'changed', coalesce(changed, 0), 'archived', coalesce(archived, 0),
        'restored', coalesce(restored, 0), 'skipped', coalesce(skipped, 0), 'held', coalesce(held, 0), 'failed', coalesce(failed, 0)) AS counts
    FROM done FULL JOIN failed USING (lately, role) FULL JOIN held USING (lately, role)
)
SELECT jsonb_build_object('now', coalesce(jsonb_object_agg(role, counts) FILTER (WHERE lately), '{}'),
                          'before', coalesce(jsonb_object_agg(role, counts) FILTER (WHERE NOT lately), '{}'))
FROM together
