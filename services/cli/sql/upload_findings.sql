SELECT f ->> 'severity', f ->> 'rule', f ->> 'message'
FROM upload u, jsonb_array_elements(u.findings) f WHERE u.district_id = tenant() AND u.upload_id = $1::uuid
