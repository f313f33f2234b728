-- For the operator: it is not mailed. $1 mail.
INSERT INTO alert (district_id, kind, message)
SELECT tenant(), 'mail.refused', format('a %s mail to member %s was not delivered: %s', kind, member_id,
           CASE WHEN smtp_code IS NULL THEN 'the mail server was not reached' ELSE 'the mail server answered ' || smtp_code END)
FROM mail WHERE district_id = tenant() AND mail_id = $1::uuid
