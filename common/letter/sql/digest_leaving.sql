-- Who will be archived soon (D1): linked people whom a source no longer carries, or says to be disabled where settings ask for their archive,
-- and whose countdown runs, by the first date on which it may end. $1 member, $2 zone, $3 since, $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools
), days AS (
    SELECT coalesce(max((s.value #>> '{}')::int), 3) AS n FROM setting s
    WHERE s.district_id = tenant() AND s.scope = '' AND s.name = 'archive-after-days' AND $3::timestamptz >= $4::timestamptz
), gone AS (
    SELECT c.began_on, count(DISTINCT c.account_id) AS n
    FROM scope, people_leaving() c
    WHERE scope.schools IS NULL OR EXISTS (SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = c.account_id
           AND r.school_id = ANY (scope.schools))
    GROUP BY c.began_on
)
SELECT jsonb_build_object('count', sum(g.n), 'archives',
    EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND (s.name LIKE 'archive-%' OR s.name = 'disabled-people') AND s.value = '"archive"'),
    'dates', jsonb_agg(jsonb_build_object('on', to_char(g.began_on + days.n, 'Dy, FMDD Mon'), 'count', g.n,
        'days', greatest(g.began_on + days.n - (now() AT TIME ZONE $2::text)::date, 0)) ORDER BY g.began_on))
FROM gone g CROSS JOIN days HAVING count(*) > 0
