-- Planned to handed over, by compare-and-set: the row says so before SMTP does. Who meets another sender at the row leaves it to them, and does not
-- wait. $1 mail.
UPDATE mail x SET state = 'handed over', handed_at = now(), attempts = x.attempts + 1
FROM member m
WHERE x.district_id = tenant() AND x.mail_id = (
    SELECT y.mail_id FROM mail y
    WHERE y.district_id = tenant() AND y.mail_id = $1::uuid AND y.state = 'planned' AND y.due_at <= now() FOR UPDATE SKIP LOCKED)
  AND m.district_id = tenant() AND m.member_id = x.member_id
RETURNING m.email, x.subject, x.body_text, x.body_html, x.message_id, (extract(epoch FROM x.planned_at) * 1000)::bigint, x.attempts, x.held,
          CASE WHEN NOT mail_reaches(m.member_id, x.optional) THEN mail_standing(m.member_id) END,
          x.refers_to, replace(x.return_token::text, '-', ''),
          CASE WHEN x.optional THEN replace(x.token::text, '-', '') END
