-- $1 node, $2 reason, $3 by, $4 until or NULL.
INSERT INTO exclusion (district_id, node, reason, set_by, until)
VALUES (tenant(), $1::text, $2::text, $3::text, $4::date)
ON CONFLICT (district_id, node) DO UPDATE SET reason = excluded.reason, set_by = excluded.set_by, until = excluded.until, set_at = now()
