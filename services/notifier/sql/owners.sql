-- Who is told of what concerns the whole district: its owners and further recipients, unless some schools are all they see, or their address
-- may not be mailed. $1 when, NULL: now; $2 is the mail optional? Such ones go to those who chose one for every run.
SELECT m.member_id, coalesce(m.time_zone, d.time_zone), (coalesce($1::timestamptz, now()) AT TIME ZONE coalesce(m.time_zone, d.time_zone))::date
FROM member m JOIN district d USING (district_id)
WHERE m.district_id = tenant() AND m.role IN ('owner', 'recipient') AND m.removed_at IS NULL AND mail_reaches(m.member_id, $2::boolean)
  AND (NOT $2::boolean OR m.digest = 'every run')
  AND NOT EXISTS (SELECT FROM member_scope s WHERE s.district_id = tenant() AND s.member_id = m.member_id)
ORDER BY m.member_id
