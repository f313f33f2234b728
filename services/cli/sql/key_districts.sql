-- Districts in the order of their slugs; $1: only this one.
SELECT district_id, slug FROM district WHERE $1::uuid IS NULL OR district_id = $1::uuid ORDER BY slug
