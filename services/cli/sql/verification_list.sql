-- Every role, verified or not.
SELECT r.role, v.role IS NOT NULL, v.verified_by, v.verified_at
FROM unnest(ARRAY['student', 'teacher', 'staff', 'administrator', 'guardian']) WITH ORDINALITY r (role, place)
LEFT JOIN verification v ON v.district_id = tenant() AND v.role = r.role ORDER BY r.place
