-- The collection's revision stood: it was not read, and proves no absence. After lane_step, under its locks. $1 run, $2 collection.
UPDATE run_collection SET unchanged = true, mode = 'delta', total = NULL
WHERE district_id = tenant() AND run_id = $1::uuid AND collection = $2
