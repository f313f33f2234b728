-- R1. $1 run.
UPDATE run SET phase = 'planned' WHERE district_id = tenant() AND run_id = $1::uuid
    AND phase = 'mirrored'
