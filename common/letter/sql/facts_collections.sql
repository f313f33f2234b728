-- What could not be read to its end: nobody in it counts as gone. $1 run.
SELECT coalesce(jsonb_agg(jsonb_build_object('collection', collection, 'reason', reason) ORDER BY collection), '[]')
FROM run_collection WHERE district_id = tenant() AND run_id = $1::uuid AND collection <> 'verify' AND sealed = false AND $2::text <> ''
