INSERT INTO w_page (page_id, normalizer_version, collection)
SELECT g.page_id, g.normalizer_version, p.collection
FROM run_collection c
JOIN lane_page p ON p.run_id = c.run_id AND p.collection = c.collection AND p.pass = c.pass
    AND NOT p.struck
JOIN page_ledger g ON g.run_id = p.run_id AND g.page_id = p.page_id
WHERE c.run_id = $1::uuid
