INSERT INTO audit (district_id, who, act, what) VALUES (tenant(), $1::text, $2::text, $3::jsonb)
