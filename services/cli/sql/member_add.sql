INSERT INTO member (district_id, email, name, role, time_zone, digest_hour, digest, verified_at, asked_at)
VALUES (tenant(), $1::text, $2::text, $3::text, $4::text, coalesce($5::smallint, 7), coalesce($6::text, 'every run'),
        CASE WHEN NOT $7::boolean THEN now() END, CASE WHEN $7::boolean THEN now() END)
ON CONFLICT (district_id, lower(email)) WHERE removed_at IS NULL DO NOTHING
RETURNING member_id
