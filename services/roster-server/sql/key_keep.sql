-- $1 application, $2 key, $3 digest, $4 account.
INSERT INTO application_key (district_id, application_id, key, digest, account_id)
VALUES (tenant(), $1::uuid, $2::text, $3::text, $4::uuid)
