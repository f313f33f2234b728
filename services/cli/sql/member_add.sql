INSERT INTO member (district_id, email, name, role, time_zone, digest_hour, digest)
VALUES (tenant(), $1::text, $2::text, $3::text, $4::text, coalesce($5::smallint, 7), coalesce($6::text, 'every run'))
ON CONFLICT (district_id, lower(email)) WHERE removed_at IS NULL DO NOTHING
RETURNING member_id
