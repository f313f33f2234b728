-- Who will be archived soon (D1): linked people whom a source no longer carries, or says to be disabled where settings ask for their archive,
-- and whose countdown runs, by the first date on which it may end. $1 member, $2 zone, $3 since, $4 before.
WITH scope AS (
    SELECT member_schools($1::uuid) AS schools
), days AS (
    SELECT coalesce(max((s.value #>> '{}')::int), 3) AS n FROM setting s
    WHERE s.district_id = tenant() AND s.scope = '' AND s.name = 'archive-after-days' AND $3::timestamptz >= $4::timestamptz
), counting AS (
    SELECT m.source_id, m.sourced_id, m.absent_on AS began_on FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.absent_run IS NOT NULL AND m.gone < 2
    UNION ALL
    SELECT d.source_id, d.sourced_id, d.began_on FROM disabled_record d
    WHERE d.district_id = tenant() AND d.began_on IS NOT NULL AND d.complete < 2
      AND EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND s.name = 'disabled-people' AND s.value = '"archive"')
), gone AS (
    SELECT c.began_on, count(DISTINCT l.account_id) AS n
    FROM scope, counting c
    JOIN account_link l ON l.district_id = tenant() AND l.source_id = c.source_id AND l.sourced_id = c.sourced_id
    WHERE scope.schools IS NULL OR EXISTS (SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = l.account_id
           AND r.school_id = ANY (scope.schools))
    GROUP BY c.began_on
)
SELECT jsonb_build_object('count', sum(g.n), 'archives',
    EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND (s.name LIKE 'archive-%' OR s.name = 'disabled-people') AND s.value = '"archive"'),
    'dates', jsonb_agg(jsonb_build_object('on', to_char(g.began_on + days.n, 'Dy, FMDD Mon'), 'count', g.n,
        'days', greatest(g.began_on + days.n - (now() AT TIME ZONE $2::text)::date, 0)) ORDER BY g.began_on))
FROM gone g CROSS JOIN days HAVING count(*) > 0
