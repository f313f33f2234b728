-- One mail, whichever district it is of. $1 mail.
SELECT m.mail_id, d.slug, m.kind, m.state, m.subject, m.local_day, m.held, m.member_id, m.about, m.message_id, m.attempts, m.planned_at, m.handed_at,
       m.ended_at, m.smtp_code, m.smtp_reply, m.told_in, m.resent_at, m.resent_by, m.body_text, m.body_html, m.district_id
FROM mail m JOIN district d USING (district_id) WHERE m.mail_id = $1::uuid
