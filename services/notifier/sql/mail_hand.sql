-- Planned to handed over, by compare-and-set: the row says so before SMTP does. Who meets another sender at the row leaves it to them, and does not
-- wait. $1 mail, $2 the digest of the token that its links have this time, in hex; NULL: there are no links.
WITH handed AS (
    UPDATE mail x SET state = 'handed over', handed_at = now(), attempts = x.attempts + 1
    FROM member m
    WHERE x.district_id = tenant() AND x.mail_id = (
        SELECT y.mail_id FROM mail y
        WHERE y.district_id = tenant() AND y.mail_id = $1::uuid AND y.state = 'planned' AND y.due_at <= now() FOR UPDATE SKIP LOCKED)
      AND m.district_id = tenant() AND m.member_id = x.member_id
    RETURNING m.email, x.subject, x.body_text, x.body_html, x.message_id, x.planned_at, x.attempts, x.held, x.optional, x.refers_to, x.return_token,
              x.member_id, x.mail_id, x.optional OR x.about LIKE 'member.verify:%' AS links
), linked AS (
    INSERT INTO mail_link (district_id, mail_id, token_digest)
    SELECT tenant(), mail_id, decode($2::text, 'hex') FROM handed WHERE links AND $2::text IS NOT NULL
)
SELECT email, subject, body_text, body_html, message_id, (extract(epoch FROM planned_at) * 1000)::bigint, attempts, held,
       CASE WHEN NOT mail_reaches(member_id, optional) THEN mail_standing(member_id) END, refers_to, replace(return_token::text, '-', ''), optional
FROM handed
