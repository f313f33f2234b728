-- $1 mail.
SELECT name, content FROM mail_attachment WHERE district_id = tenant() AND mail_id = $1::uuid ORDER BY name
