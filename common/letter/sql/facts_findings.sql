-- Findings by rule, errors and large groups first; of each some records, fifty in all, shared evenly. $1 run, $2 zone,
-- $3 member.
WITH f AS (
    SELECT x.rule, x.severity, x.message, x.collection, x.sourced_id, x.field,
           row_number() OVER (PARTITION BY x.rule, x.severity ORDER BY x.sourced_id, x.finding_id) AS n,
           count(*) OVER (PARTITION BY x.rule, x.severity) AS total
    FROM (SELECT member_schools($3::uuid) AS schools) scope, finding x
    WHERE x.district_id = tenant() AND x.run_id = $1::uuid AND $2::text <> '' AND (scope.schools IS NULL OR (x.collection = 'users' AND EXISTS (
        SELECT FROM run u JOIN account_link l USING (district_id, source_id) JOIN account_role r USING (district_id, account_id)
        WHERE u.district_id = tenant() AND u.run_id = $1::uuid AND l.sourced_id = x.sourced_id AND r.school_id = ANY (scope.schools))))
), g AS (
    SELECT rule, severity, min(message) AS message, min(collection) AS collection, min(field) AS field, total,
           row_number() OVER (ORDER BY severity, total DESC, rule) AS g
    FROM f GROUP BY rule, severity, total
), listed AS (
    SELECT rule, severity, jsonb_agg(jsonb_build_object('id', sourced_id, 'field', field) ORDER BY n) AS records
    FROM (SELECT f.*, row_number() OVER (ORDER BY f.n, g.g) AS nth FROM f JOIN g USING (rule, severity)
          WHERE f.n <= 50 AND g.g <= 20 AND f.sourced_id IS NOT NULL) x
    WHERE nth <= 50 GROUP BY rule, severity
)
SELECT jsonb_build_object(
    'errors', coalesce(sum(total) FILTER (WHERE severity = 'error'), 0),
    'warnings', coalesce(sum(total) FILTER (WHERE severity = 'warning'), 0),
    'others', greatest(count(*) - 20, 0),
    'groups', coalesce(jsonb_agg(jsonb_build_object('rule', rule, 'severity', severity, 'message', message, 'collection', collection,
                  'field', field, 'count', total, 'records', coalesce(records, '[]')) ORDER BY g) FILTER (WHERE g <= 20), '[]'))
FROM g LEFT JOIN listed USING (rule, severity)
