INSERT INTO setting_history (district_id, scope, name, old_value, new_value, set_by, policy_version)
SELECT tenant(), $1::text, $2::text, $3::jsonb, $4::jsonb, $5::text, d.policy_version + 1 FROM district d WHERE d.district_id = tenant()
