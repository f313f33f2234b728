-- $1 application, $2 the sealed secret in hex, $3 by whom.
INSERT INTO webhook_secret (district_id, application_id, sealed, made_by) VALUES (tenant(), $1::uuid, decode($2::text, 'hex'), $3::text)
