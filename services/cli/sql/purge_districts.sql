-- Districts to look at: all, or the one of $1.
SELECT district_id, slug FROM district WHERE district_id = coalesce($1::uuid, district_id) ORDER BY slug
