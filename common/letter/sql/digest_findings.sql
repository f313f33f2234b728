-- What is to be mended, of the last sync of each source: by rule, errors and large groups first, of each some records, fifty in all, shared evenly. $1 member,
-- $2 zone, $3 since, $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools WHERE $2::text <> ''
), last_run AS (
    SELECT DISTINCT ON (r.source_id) r.run_id, r.source_id FROM run r
    WHERE r.district_id = tenant() AND r.finished_at >= $3::timestamptz AND $3::timestamptz >= $4::timestamptz AND NOT r.test AND r.mirrored_at IS NOT NULL
    ORDER BY r.source_id, r.finished_at DESC
), f AS (
    SELECT x.rule, x.severity, x.message, x.collection, x.sourced_id, x.field,
           row_number() OVER (PARTITION BY x.rule, x.severity ORDER BY x.sourced_id, x.finding_id) AS n, count(*) OVER (PARTITION BY x.rule, x.severity) AS total
    FROM scope, last_run u JOIN finding x ON x.district_id = tenant() AND x.run_id = u.run_id
    WHERE scope.schools IS NULL OR (x.collection = 'users' AND EXISTS (
        SELECT FROM account_link l JOIN account_role r USING (district_id, account_id)
        WHERE l.district_id = tenant() AND l.source_id = u.source_id AND l.sourced_id = x.sourced_id AND r.school_id = ANY (scope.schools)))
), g AS (
    SELECT rule, severity, min(message) AS message, min(collection) AS collection, min(field) AS field, total,
           row_number() OVER (ORDER BY severity, total DESC, rule) AS g
    FROM f GROUP BY rule, severity, total
), listed AS (
    SELECT rule, severity, jsonb_agg(jsonb_build_object('id', sourced_id, 'field', field) ORDER BY n) AS records
    FROM (SELECT f.*, row_number() OVER (ORDER BY f.n, g.g) AS nth FROM f JOIN g USING (rule, severity)
          WHERE f.n <= 50 AND g.g <= 10 AND f.sourced_id IS NOT NULL) x
    WHERE nth <= 50 GROUP BY rule, severity
)
SELECT jsonb_build_object(
    'errors', coalesce(sum(total) FILTER (WHERE severity = 'error'), 0), 'warnings', coalesce(sum(total) FILTER (WHERE severity = 'warning'), 0),
    'others', greatest(count(*) - 10, 0),
    'groups', coalesce(jsonb_agg(jsonb_build_object('rule', rule, 'severity', severity, 'message', message, 'collection', collection,
                  'field', field, 'count', total, 'records', coalesce(records, '[]')) ORDER BY g) FILTER (WHERE g <= 10), '[]'))
FROM g LEFT JOIN listed USING (rule, severity)
