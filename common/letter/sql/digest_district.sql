-- The district, the schools that the reader sees (null: all), and the time that is told of. $1 member, $2 zone, $3 since, $4 before.
SELECT jsonb_build_object('name', d.name, 'slug', d.slug, 'paused', d.paused_at IS NOT NULL,
    'since', to_char($3::timestamptz AT TIME ZONE $2::text, 'Dy, FMDD Mon, HH24:MI'), 'before', to_char($4::timestamptz AT TIME ZONE $2::text, 'Dy, FMDD Mon, HH24:MI'),
    'schools', (SELECT count(*) FROM member_scope s WHERE s.district_id = tenant() AND s.member_id = $1::uuid))
FROM district d WHERE d.district_id = tenant()
