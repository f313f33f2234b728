-- What becomes of the newest zip. $1 source, $2 name, $3 bytes, $4 time.
SELECT $2::text, $3::bigint, to_timestamp($4::bigint),
       CASE WHEN f.outcome = 'refused' THEN 'was refused: ' || f.words
            WHEN f.outcome IS NOT NULL THEN 'was taken before'
            WHEN EXISTS (SELECT FROM pickup_file x WHERE x.district_id = tenant() AND x.source_id = $1::uuid AND x.mtime > $4::bigint)
            THEN 'stays: it is older than the last that was taken'
            WHEN $3::bigint = 0 THEN 'is empty: it will be looked at again'
            ELSE 'will be taken, once two looks saw it the same' END
FROM (SELECT 1) one
LEFT JOIN pickup_file f ON f.district_id = tenant() AND f.source_id = $1::uuid AND f.name = $2 AND f.bytes = $3::bigint AND f.mtime = $4::bigint
