SELECT district_id, source_id FROM pickups_due($1::int)
