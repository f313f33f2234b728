-- What is to be mended, of the last sync of each source. $1 member, $2 since, $3 limit.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools
), last_run AS (
    SELECT DISTINCT ON (r.source_id) r.run_id, r.source_id FROM run r
    WHERE r.district_id = tenant() AND r.finished_at >= $2::timestamptz AND NOT r.test AND r.mirrored_at IS NOT NULL
    ORDER BY r.source_id, r.finished_at DESC
)
SELECT x.severity, x.collection, x.sourced_id, x.field, x.message
FROM scope, last_run u JOIN finding x ON x.district_id = tenant() AND x.run_id = u.run_id
WHERE scope.schools IS NULL OR (x.collection = 'users' AND EXISTS (
    SELECT FROM account_link l JOIN account_role r USING (district_id, account_id)
    WHERE l.district_id = tenant() AND l.source_id = u.source_id AND l.sourced_id = x.sourced_id AND r.school_id = ANY (scope.schools)))
ORDER BY x.severity, x.collection, x.sourced_id, x.finding_id LIMIT $3::int
