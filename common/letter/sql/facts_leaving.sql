-- Whose countdown runs (D1): linked people whom the SIS no longer carries, and the first date on which one may end. $1 run, $2 zone.
SELECT jsonb_build_object('count', count(*), 'from', to_char(min(m.absent_on) + days.n, 'Dy, FMDD Mon YYYY'),
    'archives', EXISTS (SELECT FROM setting s WHERE s.district_id = tenant() AND s.name LIKE 'archive-%' AND s.value = '"archive"'))
FROM (SELECT coalesce((SELECT (s.value #>> '{}')::int FROM setting s
          WHERE s.district_id = tenant() AND s.name = 'archive-after-days' AND $2::text <> '' AND s.scope IN ('', 'source:' ||
              (SELECT x.source_id FROM run x WHERE x.district_id = tenant() AND x.run_id = $1::uuid))
          ORDER BY s.scope DESC LIMIT 1), 3) AS n) days
LEFT JOIN run r ON r.district_id = tenant() AND r.run_id = $1::uuid
LEFT JOIN mirror_record m ON m.district_id = tenant() AND m.source_id = r.source_id AND m.collection = 'users'
    AND m.absent_run IS NOT NULL AND m.gone < 2
    AND EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant() AND l.source_id = m.source_id AND l.sourced_id = m.sourced_id)
WHERE m.sourced_id IS NOT NULL
GROUP BY days.n
