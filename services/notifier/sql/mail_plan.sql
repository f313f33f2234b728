-- M1: the row before SMTP. No row: this owner has been told. $1 member, $2 local day, $3 kind, $4 about, $5 held, $6 subject, $7 text,
-- $8 html, $9 the domain of message ids, $10 the trace it belongs to, $11 optional.
INSERT INTO mail (district_id, mail_id, member_id, local_day, kind, about, held, subject, body_text, body_html, message_id, traceparent, optional)
SELECT tenant(), id, $1::uuid, $2::date, $3::text, $4::text, $5::boolean, $6::text, $7::text, $8::text, '<' || id || '@' || $9::text || '>', $10::text,
       $11::boolean
FROM (SELECT uuid7() AS id OFFSET 0) x
ON CONFLICT DO NOTHING RETURNING mail_id
