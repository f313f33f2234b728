-- Who is told of an alert. $1 when; $2 is it optional?; $3 the roles that its kind is for: operators are those at the addresses of $5, parted by
-- commas, and where school administrators are among them, so is whoever has named schools that it is about; $4 a member whom it is for, or NULL;
-- $6 the run that it is about, or NULL.
SELECT m.member_id, coalesce(m.time_zone, d.time_zone), ($1::timestamptz AT TIME ZONE coalesce(m.time_zone, d.time_zone))::date
FROM member m JOIN district d USING (district_id)
WHERE m.district_id = tenant() AND m.removed_at IS NULL AND mail_reaches(m.member_id, $2::boolean) AND (NOT $2::boolean OR m.digest <> 'off')
  AND (m.member_id = $4::uuid OR 'operator' = ANY ($3::text[]) AND lower(m.email) = ANY (regexp_split_to_array(lower(trim($5::text)), '\s*,\s*'))
       OR CASE WHEN member_schools(m.member_id) IS NULL THEN m.role = ANY ($3::text[]) AND m.role <> 'operator'
               ELSE 'school administrator' = ANY ($3::text[]) AND m.role = ANY ($3::text[]) AND run_concerns($6::uuid, m.member_id) END)
ORDER BY m.member_id
