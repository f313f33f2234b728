INSERT INTO district (district_id, slug, name, time_zone) VALUES (tenant(), $1::text, $2::text, $3::text)
ON CONFLICT (slug) DO NOTHING
