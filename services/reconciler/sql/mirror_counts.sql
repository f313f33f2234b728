-- What came, per collection, into the run's counts.
UPDATE run SET counts = counts || jsonb_build_object('collections', (
    SELECT jsonb_object_agg(c.collection, jsonb_build_object(
        'received', (SELECT coalesce(sum(p.records), 0) FROM lane_page p
                     WHERE p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass AND NOT p.struck),
        'new', (SELECT count(*) FROM w_in i WHERE i.collection = c.collection AND i.act = 'new'),
        'changed', (SELECT count(*) FROM w_in i WHERE i.collection = c.collection AND i.act = 'changed' AND i.body IS NOT NULL),
        'returned', (SELECT count(*) FROM w_in i WHERE i.collection = c.collection AND i.act = 'returned'),
        'absent', (SELECT count(*) FROM w_away a WHERE a.collection = c.collection AND a.act = 'absent'),
        'gone', (SELECT count(*) FROM w_away a WHERE a.collection = c.collection AND a.act = 'gone'),
        'unread', (SELECT coalesce(sum(b.dropped), 0) FROM w_page p
                   JOIN batch_ledger b ON b.run_id = c.run_id AND b.page_id = p.page_id AND b.normalizer_version = p.normalizer_version
                   WHERE p.collection = c.collection),
        'sealed', c.sealed))
    FROM run_collection c WHERE c.run_id = $1::uuid))
WHERE run_id = $1::uuid
