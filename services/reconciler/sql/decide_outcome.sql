UPDATE plan_item SET outcome = 'declined' WHERE district_id = tenant() AND plan_id = $1::uuid
    AND decision = 'declined' AND outcome IS NULL
