SELECT dead_letter_id FROM dead_letter
WHERE state = 'open' AND ($1::uuid IS NULL OR district_id = $1::uuid) AND ($2::uuid IS NULL OR run_id = $2::uuid) ORDER BY at, dead_letter_id
