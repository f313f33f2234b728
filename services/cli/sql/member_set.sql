-- $1 address, $2 digest, $3 hour, $4 zone; NULL: stays.
UPDATE member m SET digest = coalesce($2::text, m.digest), digest_hour = coalesce($3::smallint, m.digest_hour), time_zone = coalesce($4::text, m.time_zone)
FROM district d
WHERE m.district_id = tenant() AND d.district_id = tenant() AND lower(m.email) = lower($1::text) AND m.removed_at IS NULL
RETURNING m.member_id, m.digest, m.digest_hour, coalesce(m.time_zone, d.time_zone)
