-- A sign of life. $1 source, $2 take, $3 milliseconds.
UPDATE source_pickup SET lease_until = now() + $3::bigint * interval '1 ms'
WHERE district_id = tenant() AND source_id = $1::uuid AND take = $2::bigint AND lease_until IS NOT NULL
