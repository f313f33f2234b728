-- Who is told of what concerns the whole district: its owners, unless some schools are all they see. $1 when, NULL: now.
SELECT m.member_id, coalesce(m.time_zone, d.time_zone), (coalesce($1::timestamptz, now()) AT TIME ZONE coalesce(m.time_zone, d.time_zone))::date
FROM member m JOIN district d USING (district_id)
WHERE m.district_id = tenant() AND m.role = 'owner' AND m.removed_at IS NULL
  AND NOT EXISTS (SELECT FROM member_scope s WHERE s.district_id = tenant() AND s.member_id = m.member_id)
ORDER BY m.member_id
