SELECT district_id, lane_id FROM lanes_due($1::int)
