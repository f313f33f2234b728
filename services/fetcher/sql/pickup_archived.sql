UPDATE pickup_file SET archived_as = $5
WHERE district_id = tenant() AND source_id = $1::uuid AND name = $2 AND bytes = $3::bigint AND mtime = $4::bigint
