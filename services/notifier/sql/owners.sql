-- Who is told of a run: owners and further recipients, unless their address may not be mailed; who has named schools where the run is about
-- these, school administrators too. $1 when, NULL: now; $2 is the mail optional? Such ones go to those who chose one for every run. $3 run.
SELECT m.member_id, coalesce(m.time_zone, d.time_zone), (coalesce($1::timestamptz, now()) AT TIME ZONE coalesce(m.time_zone, d.time_zone))::date
FROM member m JOIN district d USING (district_id)
WHERE m.district_id = tenant() AND m.role IN ('owner', 'recipient', 'school administrator') AND m.removed_at IS NULL
  AND mail_reaches(m.member_id, $2::boolean) AND (NOT $2::boolean OR m.digest = 'every run') AND run_concerns($3::uuid, m.member_id)
ORDER BY m.member_id
