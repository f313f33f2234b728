-- $1 mail, $2 name, $3 CSV.
INSERT INTO mail_attachment (district_id, mail_id, name, content) VALUES (tenant(), $1::uuid, $2::text, $3::text)
