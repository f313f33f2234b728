-- Every district in its turn. $1 at most so many, $2 after this district.
SELECT district_id, district_id FROM district WHERE district_id > $2::uuid ORDER BY district_id LIMIT $1::int
