-- $1 application, $2 route, $3 fields, $4 accounts.
INSERT INTO disclosure (district_id, application_id, route, fields, accounts)
VALUES (tenant(), $1::uuid, $2::text, $3::text[], $4::uuid[])
