-- The newest zip as it is now, which is looked at once more before it is taken. $1 source, $2 take, $3 name, $4 bytes, $5 time.
UPDATE source_pickup SET seen_name = $3, seen_bytes = $4::bigint, seen_mtime = $5::bigint,
    seen_at = CASE WHEN (seen_name, seen_bytes, seen_mtime) IS NOT DISTINCT FROM ($3, $4::bigint, $5::bigint) THEN seen_at ELSE now() END
WHERE district_id = tenant() AND source_id = $1::uuid AND take = $2::bigint
