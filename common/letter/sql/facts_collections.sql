-- What could not be read to its end: nobody in it counts as gone. The reason may hold numbers of all schools. $1 run, $2 zone, $3 member.
SELECT coalesce(jsonb_agg(jsonb_build_object('collection', collection, 'reason', CASE WHEN member_schools($3::uuid) IS NULL THEN reason END) ORDER BY collection), '[]')
FROM run_collection WHERE district_id = tenant() AND run_id = $1::uuid AND collection <> 'verify' AND sealed = false AND $2::text <> ''
