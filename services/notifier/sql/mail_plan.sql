-- M1: the row before SMTP. No row: this owner has been told. It answers the conversation's first mail of the last month. $1 member, $2 local
-- day, $3 kind, $4 about, $5 held, $6 subject, $7 text, $8 html, $9 the domain of message ids, $10 the trace it belongs to, $11 optional,
-- $12 its conversation.
INSERT INTO mail (district_id, mail_id, member_id, local_day, kind, about, held, subject, body_text, body_html, message_id, traceparent, optional,
                  thread, refers_to)
SELECT tenant(), id, $1::uuid, $2::date, $3::text, $4::text, $5::boolean, $6::text, $7::text, $8::text, '<' || id || '@' || $9::text || '>', $10::text,
       $11::boolean, $12::text,
       (SELECT f.message_id FROM mail f WHERE f.district_id = tenant() AND f.member_id = $1::uuid AND f.thread = $12::text AND f.thread <> ''
          AND f.planned_at > now() - interval '30 days' ORDER BY f.planned_at, f.mail_id LIMIT 1)
FROM (SELECT uuid7() AS id OFFSET 0) x
ON CONFLICT DO NOTHING RETURNING mail_id
