SELECT jsonb_build_object('name', name, 'slug', slug) FROM district
WHERE district_id = tenant() AND $1::text IS NOT NULL AND $2::text <> ''
