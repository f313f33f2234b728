SELECT jsonb_build_object('name', d.name, 'slug', d.slug, 'reader', m.role,
    'schools', (SELECT count(*) FROM member_scope s WHERE s.district_id = tenant() AND s.member_id = $1::uuid)) FROM district d
LEFT JOIN member m ON m.district_id = d.district_id AND m.member_id = $1::uuid
WHERE d.district_id = tenant() AND $2::text <> ''
