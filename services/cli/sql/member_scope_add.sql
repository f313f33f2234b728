-- $1 member, $2 a school by its SIS id or its name.
INSERT INTO member_scope (district_id, member_id, source_id, school_id)
SELECT tenant(), $1::uuid, m.source_id, m.sourced_id FROM mirror_record m
WHERE m.district_id = tenant() AND m.collection = 'orgs' AND m.present AND m.body ->> 'type' = 'school'
  AND (m.sourced_id = $2::text OR lower(m.body ->> 'name') = lower($2::text))
ON CONFLICT DO NOTHING
