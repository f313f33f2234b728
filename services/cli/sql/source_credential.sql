INSERT INTO source_credential (district_id, source_id, name, value) VALUES (tenant(), $1::uuid, $2::text, convert_to($3::text, 'UTF8'))
ON CONFLICT (district_id, source_id, name) DO UPDATE SET value = excluded.value, set_at = now()
