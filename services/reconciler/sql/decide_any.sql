-- Was anything declined that was not taken up? $1 plan.
SELECT EXISTS (SELECT FROM plan_item WHERE district_id = tenant() AND plan_id = $1::uuid
    AND decision = 'declined' AND outcome IS NULL)
