-- The roles that the mirror knows of these people.
SELECT m.sourced_id, r ->> 'role', r ->> 'org', r ->> 'roleType', r ->> 'beginDate', r ->> 'endDate'
FROM mirror_record m, jsonb_array_elements(coalesce(m.body -> 'roles', '[]')) r
WHERE m.district_id = tenant() AND m.source_id = $1::uuid AND m.collection = 'users' AND m.sourced_id = ANY ($2::text[])
ORDER BY 1, 2, 3, 4, 5, 6
