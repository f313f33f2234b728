-- $1 kind, $2 reason, $3 by whom.
INSERT INTO act (district_id, kind, reason, made_by) VALUES (tenant(), $1::text, $2::text, $3::text) RETURNING act_id::text
