-- Dates that lie, where deltas rest on them: a whole reading shows a record that changed since the
-- last one, under a date of long before.
INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
SELECT tenant(), $1::uuid, i.collection, i.collection || '.dateLastModified.stale', 'warning',
       count(*) || ' records have changed under an old dateLastModified: a delta misses such'
           || ' changes until the next full run. Switch deltas off for this source (delta=off).'
FROM w_in i
JOIN source s ON s.source_id = $2::uuid AND s.delta
JOIN run_collection c ON c.run_id = $1::uuid AND c.collection = i.collection AND c.mode = 'bulk'
JOIN source_cursor x ON x.source_id = s.source_id AND x.collection = i.collection
WHERE i.act = 'changed' AND i.body IS NOT NULL AND i.modified <= x.read_to - delta_overlap()
GROUP BY i.collection
