-- Whose countdown runs (D1): linked people whom the SIS no longer carries, or says to be disabled where settings ask for their archive, and the
-- first date on which one may end. $1 run, $2 zone, $3 member.
WITH days AS (
    SELECT coalesce((SELECT (s.value #>> '{}')::int FROM setting s
        WHERE s.district_id = tenant() AND s.name = 'archive-after-days' AND $2::text <> '' AND s.scope IN ('', 'source:' ||
            (SELECT x.source_id FROM run x WHERE x.district_id = tenant() AND x.run_id = $1::uuid))
        ORDER BY s.scope DESC LIMIT 1), 3) AS n)
SELECT jsonb_build_object('count', count(*), 'from', to_char(min(c.began_on) + days.n, 'Dy, FMDD Mon YYYY'),
    'archives', EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND (s.name LIKE 'archive-%' OR s.name = 'disabled-people')
        AND s.value = '"archive"'))
FROM days CROSS JOIN people_leaving() c CROSS JOIN (SELECT member_schools($3::uuid) AS schools) scope
JOIN run r ON r.district_id = tenant() AND r.run_id = $1::uuid
WHERE r.source_id = c.source_id
  AND (scope.schools IS NULL OR EXISTS (SELECT FROM account_role a
       WHERE a.district_id = tenant() AND a.account_id = c.account_id AND a.school_id = ANY (scope.schools)))
GROUP BY days.n
