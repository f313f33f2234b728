-- Who will be archived soon (D1): linked people whom a source no longer carries and whose countdown runs, by the first date on which it may
-- end. $1 member, $2 zone, $3 since, $4 before.
WITH scope AS (
    SELECT array_agg(school_id) AS schools FROM member_scope WHERE district_id = tenant() AND member_id = $1::uuid
), days AS (
    SELECT coalesce(max((s.value #>> '{}')::int), 3) AS n FROM setting s
    WHERE s.district_id = tenant() AND s.scope = '' AND s.name = 'archive-after-days' AND $3::timestamptz >= $4::timestamptz
), gone AS (
    SELECT m.absent_on, count(DISTINCT l.account_id) AS n
    FROM scope, mirror_record m
    JOIN account_link l ON l.district_id = m.district_id AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.absent_run IS NOT NULL AND m.gone < 2
      AND (scope.schools IS NULL OR EXISTS (SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = l.account_id
           AND r.school_id = ANY (scope.schools)))
    GROUP BY m.absent_on
)
SELECT jsonb_build_object('count', sum(g.n), 'archives',
    EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND s.name LIKE 'archive-%' AND s.value = '"archive"'),
    'dates', jsonb_agg(jsonb_build_object('on', to_char(g.absent_on + days.n, 'Dy, FMDD Mon'), 'count', g.n,
        'days', greatest(g.absent_on + days.n - (now() AT TIME ZONE $2::text)::date, 0)) ORDER BY g.absent_on))
FROM gone g CROSS JOIN days HAVING count(*) > 0
