-- Records that may belong to an account, for a person to say: how many, since when, some of them by their id in the SIS. $1 member, $2 zone,
-- $3 since, $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools
), asked AS (
    SELECT q.sourced_id, q.asked_at FROM scope, match_asked() q
    WHERE $3::timestamptz >= $4::timestamptz AND (scope.schools IS NULL OR q.schools && scope.schools)
)
SELECT jsonb_build_object('count', count(*), 'since', to_char(min(asked_at) AT TIME ZONE $2::text, 'Dy, FMDD Mon'),
    'records', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', sourced_id) ORDER BY sourced_id), '[]')
                FROM (SELECT sourced_id FROM asked ORDER BY sourced_id LIMIT 50) x))
FROM asked HAVING count(*) > 0
