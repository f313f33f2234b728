-- How long the countdown is (D1): dates, and sealed full snapshots. A source's own value, else the
-- district's, else the default.
SELECT coalesce((SELECT (s.value #>> '{}')::int FROM setting s WHERE s.name = 'archive-after-days'
    AND s.scope IN ('', 'source:' || $1::text)
                 ORDER BY s.scope DESC LIMIT 1), 3),
       coalesce((SELECT (s.value #>> '{}')::int FROM setting s
           WHERE s.name = 'archive-after-snapshots' AND s.scope IN ('', 'source:' || $1::text)
                 ORDER BY s.scope DESC LIMIT 1), 2)
