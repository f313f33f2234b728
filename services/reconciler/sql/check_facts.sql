-- What the seals say and what came, per collection (C3).
WITH listed AS (
    SELECT c.collection, c.pass, c.total, c.sealed, c.reason,
           coalesce(sum(p.records) FILTER (WHERE NOT p.struck), 0) AS records,
           count(p.page_id) FILTER (WHERE NOT p.struck AND w.page_id IS NULL) AS pages_missing
    FROM run_collection c
    LEFT JOIN lane_page p ON p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
    LEFT JOIN w_page w ON w.page_id = p.page_id
    WHERE c.run_id = $1::uuid
    GROUP BY c.collection, c.pass, c.total, c.sealed, c.reason
), seal AS (
    SELECT c.collection, bool_and(l.state = 'sealed') AS whole,
           count(*) FILTER (WHERE l.state NOT IN ('sealed', 'unsealed'))
               + abs(max(c.lanes) - count(*)) AS lanes_open,
           count(*) FILTER (WHERE l.state = 'sealed' AND (l.total_first <> l.total_last
               OR l.total_last <> c.total OR l.start_at + l.received <> l.until
               OR l.revision_first <> l.revision_last OR l.received <> (
                   SELECT coalesce(sum(p.records), 0) FROM lane_page p
                   WHERE p.run_id = l.run_id AND p.collection = l.collection AND p.pass = l.pass
                       AND p.lane = l.lane))) AS lanes_broken
    FROM run_collection c
    JOIN lane l ON l.run_id = c.run_id AND l.collection = c.collection AND l.pass = c.pass
    WHERE c.run_id = $1::uuid
    GROUP BY c.collection
), ledger AS (
    SELECT p.collection, sum(b.seen) AS seen, sum(b.staged) AS staged,
        sum(b.dropped) AS dropped
    FROM w_page p
    JOIN batch_ledger b ON b.run_id = $1::uuid AND b.page_id = p.page_id
        AND b.normalizer_version = p.normalizer_version
    GROUP BY p.collection
), copies AS (
    SELECT s.collection, s.sourced_id, bool_or(s.body IS NOT NULL) AS readable, count(*)
        FILTER (WHERE s.body IS NULL) AS dropped
    FROM stage_record s
    WHERE s.run_id = $1::uuid AND ((s.page_id, s.normalizer_version) IN (
        SELECT p.page_id, p.normalizer_version FROM w_page p)) IS TRUE
    GROUP BY s.collection, s.sourced_id
), staged AS (
    -- the mirror is asked for those alone of whom it may know something
    SELECT c.collection, count(*) AS ids, sum(c.dropped) AS named,
           count(*) FILTER (WHERE NOT c.readable AND (
               SELECT m.row_no FROM mirror_record m WHERE m.source_id = $2::uuid
                   AND m.collection = c.collection AND m.sourced_id = c.sourced_id) IS NULL)
               AS unknown,
           count(*) FILTER (WHERE (SELECT EXISTS (SELECT FROM w_seen)) AND (
               SELECT (SELECT m.row_no < w.high FROM w_seen w WHERE w.low <= m.row_no
                       ORDER BY w.low DESC LIMIT 1)
               FROM mirror_record m WHERE m.source_id = $2::uuid
                   AND m.collection = c.collection AND m.sourced_id = c.sourced_id)) AS also_seen
    FROM copies c
    GROUP BY c.collection
), seen AS (
    SELECT w.collection, sum(w.high - w.low) AS ids FROM w_seen w GROUP BY w.collection
)
SELECT l.collection, l.total, l.sealed IS DISTINCT FROM false AND coalesce(e.whole, false),
    coalesce(l.reason, ''), l.records,
       l.pages_missing, coalesce(e.lanes_open, 1), coalesce(e.lanes_broken, 0),
       coalesce(g.seen, 0) + coalesce(g.staged, 0) + coalesce(g.dropped, 0) AS arrived,
       coalesce(n.ids, 0) + coalesce(s.ids, 0) - coalesce(s.also_seen, 0) AS ids,
       coalesce(g.dropped, 0) - coalesce(s.named, 0) AS nameless, coalesce(s.unknown, 0) AS unknown
FROM listed l
LEFT JOIN seal e USING (collection)
LEFT JOIN ledger g USING (collection)
LEFT JOIN staged s USING (collection)
LEFT JOIN seen n USING (collection)
ORDER BY l.collection
