-- What came, per collection, into the run's counts.
WITH came AS (
    SELECT i.collection, sum(i.records) FILTER (WHERE i.act = 'new') AS new,
           count(*) FILTER (WHERE i.act = 'changed' AND i.body IS NOT NULL) AS changed, count(*)
               FILTER (WHERE i.act = 'returned') AS returned
    FROM w_in i GROUP BY i.collection
), away AS (
    SELECT a.collection, count(*) FILTER (WHERE a.act = 'absent') AS absent, count(*)
        FILTER (WHERE a.act = 'gone') AS gone
    FROM w_away a GROUP BY a.collection
), listed AS (
    SELECT w.collection, sum(p.records) AS received, sum(b.dropped) AS unread
    FROM w_page w
    JOIN lane_page p ON p.run_id = $1::uuid AND p.page_id = w.page_id AND NOT p.struck
    JOIN (SELECT b.page_id, b.normalizer_version, sum(b.dropped) AS dropped FROM batch_ledger b
        WHERE b.run_id = $1::uuid
          GROUP BY b.page_id, b.normalizer_version) b
        ON b.page_id = w.page_id AND b.normalizer_version = w.normalizer_version
    GROUP BY w.collection
)
UPDATE run SET counts = counts - 'missing' - 'twice' || jsonb_build_object('collections', (
    SELECT coalesce(jsonb_object_agg(c.collection, jsonb_build_object(
        'received', coalesce(l.received, 0), 'new', coalesce(i.new, 0), 'changed',
            coalesce(i.changed, 0),
        'returned', coalesce(i.returned, 0), 'absent', coalesce(a.absent, 0), 'gone',
            coalesce(a.gone, 0),
        'unread', coalesce(l.unread, 0), 'sealed', c.sealed)), '{}')
    FROM run_collection c
    LEFT JOIN came i ON i.collection = c.collection
    LEFT JOIN away a ON a.collection = c.collection
    LEFT JOIN listed l ON l.collection = c.collection
    WHERE c.run_id = $1::uuid AND c.collection <> 'verify'))
WHERE run_id = $1::uuid
