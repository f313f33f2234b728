-- The look ends without a word; the next may begin at once. $1 source, $2 take.
UPDATE source_pickup SET lease_until = NULL, starts = 0 WHERE district_id = tenant() AND source_id = $1::uuid AND take = $2::bigint
