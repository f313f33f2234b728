-- $1 the district in which the mail stands, $2 mail, $3 name, $4 CSV.
INSERT INTO mail_attachment (district_id, mail_district, mail_id, name, content) VALUES (tenant(), $1::uuid, $2::uuid, $3::text, $4::text)
