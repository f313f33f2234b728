-- M1: the row before SMTP. No row: the member has a digest of this day. $1 member, $2 local day, $3 subject, $4 text, $5 html, $6 the domain
-- of message ids.
INSERT INTO mail (district_id, mail_id, member_id, local_day, kind, optional, subject, body_text, body_html, message_id)
SELECT tenant(), id, $1::uuid, $2::date, 'digest', true, $3::text, $4::text, $5::text, '<' || id || '@' || $6::text || '>'
FROM (SELECT uuid7() AS id OFFSET 0) x
ON CONFLICT DO NOTHING RETURNING mail_id
