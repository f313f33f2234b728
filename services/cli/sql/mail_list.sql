SELECT m.mail_id, d.slug, m.kind, m.state, m.subject, m.local_day, m.attempts, m.planned_at, m.ended_at, m.smtp_code, m.smtp_reply, m.member_id,
       m.about, m.message_id, m.held, m.bounced_at, m.bounce_status
FROM mail m JOIN district d USING (district_id)
WHERE m.district_id = coalesce($1::uuid, m.district_id) AND m.state = coalesce($2::text, m.state)
ORDER BY m.planned_at DESC, m.mail_id LIMIT $3::bigint
