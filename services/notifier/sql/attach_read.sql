-- $1 mail.
SELECT name, content FROM mail_attachment WHERE mail_district = tenant() AND mail_id = $1::uuid ORDER BY name
