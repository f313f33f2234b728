-- $1 account, $2 field, $3 reason, $4 by, $5 until or NULL.
INSERT INTO pin (district_id, account_id, field, reason, set_by, until)
VALUES (tenant(), $1::uuid, $2::text, $3::text, $4::text, $5::date)
ON CONFLICT (district_id, account_id, field) DO UPDATE SET reason = excluded.reason, set_by = excluded.set_by, until = excluded.until, set_at = now(), act_id = NULL
