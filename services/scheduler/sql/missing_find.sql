-- Collections with a page that nobody has, although both groups had come past it an hour ago, and no dead letter keeps it (C2). A page
-- that a person sent again counts from then. $1 at most so many, $2 milliseconds.
SELECT DISTINCT p.district_id, p.run_id, p.collection, p.pass
FROM run r
JOIN source s ON s.district_id = r.district_id AND s.active_run = r.run_id
JOIN run_collection c ON c.district_id = r.district_id AND c.run_id = r.run_id
JOIN lane_page p ON p.district_id = c.district_id AND p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
WHERE r.phase = 'fetching' AND r.finished_at IS NULL AND NOT p.struck
  AND p.listed_at < (SELECT max(taken_at) FROM bus_mark WHERE passed_at <= now() - $2::bigint * interval '1 ms')
  AND NOT EXISTS (SELECT FROM page_ledger g WHERE g.district_id = p.district_id AND g.run_id = p.run_id AND g.page_id = p.page_id)
  AND NOT EXISTS (SELECT FROM dead_letter d WHERE d.district_id = p.district_id AND d.run_id = p.run_id AND d.page_id = p.page_id
                  AND (d.state = 'open' OR d.closed_at >= (SELECT max(taken_at) FROM bus_mark
                                                            WHERE passed_at <= now() - $2::bigint * interval '1 ms')))
LIMIT $1::int
