-- Sources that ignore the filter of a delta: records from before its window came.
WITH came AS (
    SELECT w.collection, m.modified FROM w_seen w CROSS JOIN LATERAL (
        SELECT m.modified FROM mirror_record m
        WHERE m.district_id = tenant() AND m.row_no >= w.low AND m.row_no < w.high OFFSET 0) m
    UNION ALL
    SELECT s.collection, s.modified FROM stage_record s
    JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
    WHERE s.run_id = $1::uuid
)
INSERT INTO finding (district_id, run_id, collection, rule, severity, message)
SELECT tenant(), $1::uuid, c.collection, c.collection || '.filter.ignored', 'warning',
       count(*) || ' records came that did not change in the time that was asked for: the source'
           || ' ignores the filter on dateLastModified, so a delta reads as much as a full run.'
           || ' Switch deltas off for it (delta=off), or ask its vendor for the filter.'
FROM run_collection c JOIN came x ON x.collection = c.collection AND x.modified <= c.since
WHERE c.run_id = $1::uuid AND c.mode = 'delta' AND c.since IS NOT NULL
GROUP BY c.collection
