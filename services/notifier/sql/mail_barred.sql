-- An address of which the mail server itself said that it takes no mail: none goes there any more. $1 mail, which was refused.
UPDATE member m SET bounced_at = now(), bounce_reply = s.status
FROM (SELECT x.member_id, substring(x.smtp_reply FROM '\m5\d\d[ -](5\.\d{1,3}\.\d{1,3})\M') AS status FROM mail x
      WHERE x.district_id = tenant() AND x.mail_id = $1::uuid) s
WHERE m.district_id = tenant() AND m.member_id = s.member_id AND m.bounced_at IS NULL AND bounce_is_hard(s.status)
