-- Who is told of an alert. $1 when; $2 is it optional?; $3 the roles that its kind is for; $4 a member whom it is for, or
-- NULL.
SELECT m.member_id, coalesce(m.time_zone, d.time_zone), ($1::timestamptz AT TIME ZONE coalesce(m.time_zone, d.time_zone))::date
FROM member m JOIN district d USING (district_id)
WHERE m.district_id = tenant() AND (m.role = ANY ($3::text[]) OR m.member_id = $4::uuid) AND m.removed_at IS NULL AND mail_reaches(m.member_id, $2::boolean)
  AND (NOT $2::boolean OR m.digest <> 'off')
  AND (m.member_id = $4::uuid OR NOT EXISTS (SELECT FROM member_scope s WHERE s.district_id = tenant() AND s.member_id = m.member_id))
ORDER BY m.member_id
