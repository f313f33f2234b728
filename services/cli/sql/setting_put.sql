INSERT INTO setting (district_id, scope, name, value, set_by) VALUES (tenant(), $1::text, $2::text, $3::jsonb, $4::text)
ON CONFLICT (district_id, scope, name) DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = now()
