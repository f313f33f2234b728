-- The next people to ask for by id. $1 run, $2 from which place, $3 how many.
SELECT sourced_id, control FROM verify_person
WHERE district_id = tenant() AND run_id = $1::uuid AND place >= $2::int ORDER BY place LIMIT $3::int
