SELECT district_id FROM district WHERE slug = $1::text
