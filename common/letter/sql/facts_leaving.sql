-- Whose countdown runs (D1): linked people whom the SIS no longer carries, or says to be disabled where settings ask for their archive, and the
-- first date on which one may end. $1 run, $2 zone, $3 member.
WITH days AS (
    SELECT coalesce((SELECT (s.value #>> '{}')::int FROM setting s
        WHERE s.district_id = tenant() AND s.name = 'archive-after-days' AND $2::text <> '' AND s.scope IN ('', 'source:' ||
            (SELECT x.source_id FROM run x WHERE x.district_id = tenant() AND x.run_id = $1::uuid))
        ORDER BY s.scope DESC LIMIT 1), 3) AS n),
counting AS (
    SELECT m.source_id, m.sourced_id, m.absent_on AS began_on FROM mirror_record m
    WHERE m.district_id = tenant() AND m.collection = 'users' AND m.absent_run IS NOT NULL AND m.gone < 2
    UNION ALL
    SELECT d.source_id, d.sourced_id, d.began_on FROM disabled_record d
    WHERE d.district_id = tenant() AND d.began_on IS NOT NULL AND d.complete < 2
      AND EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND s.name = 'disabled-people' AND s.value = '"archive"'))
SELECT jsonb_build_object('count', count(*), 'from', to_char(min(c.began_on) + days.n, 'Dy, FMDD Mon YYYY'),
    'archives', EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND (s.name LIKE 'archive-%' OR s.name = 'disabled-people')
        AND s.value = '"archive"'))
FROM days CROSS JOIN counting c CROSS JOIN (SELECT member_schools($3::uuid) AS schools) scope
JOIN run r ON r.district_id = tenant() AND r.run_id = $1::uuid AND r.source_id = c.source_id
JOIN account_link l ON l.district_id = tenant() AND l.source_id = c.source_id AND l.sourced_id = c.sourced_id
    AND (scope.schools IS NULL OR EXISTS (SELECT FROM account_role a
         WHERE a.district_id = tenant() AND a.account_id = l.account_id AND a.school_id = ANY (scope.schools)))
GROUP BY days.n
