-- Is any page on its way? Only then are the groups watched.
SELECT EXISTS (
    SELECT FROM run r
    JOIN run_collection c ON c.district_id = r.district_id AND c.run_id = r.run_id
    JOIN lane_page p ON p.district_id = c.district_id AND p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
    WHERE r.phase = 'fetching' AND r.finished_at IS NULL AND NOT p.struck
      AND NOT EXISTS (SELECT FROM page_ledger g WHERE g.district_id = p.district_id AND g.run_id = p.run_id AND g.page_id = p.page_id)),
    clock_timestamp()
