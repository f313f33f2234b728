-- What each source last said of people, for somebody who is not there.
SELECT s.name, n.taken_on, n.kind, CASE WHEN n.run_id IS NULL THEN 'it was never read to the end'
           WHEN NOT 'users' = ANY (n.sealed) THEN 'its people were not read to the end: one of them may be missing'
           ELSE 'its people were read to the end, without this id' END
FROM source s LEFT JOIN LATERAL (
    SELECT * FROM snapshot n WHERE n.district_id = tenant() AND n.source_id = s.source_id ORDER BY n.at DESC LIMIT 1) n ON true
WHERE s.district_id = tenant() AND s.removed_at IS NULL ORDER BY s.name
