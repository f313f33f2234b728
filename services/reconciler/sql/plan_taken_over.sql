UPDATE plan_item SET outcome = 'taken over' WHERE district_id = tenant() AND plan_id = $1::uuid
    AND outcome IS NULL
