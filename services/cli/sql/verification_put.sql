-- $1 roles, $2 by.
INSERT INTO verification (district_id, role, verified_by) SELECT tenant(), r, $2::text FROM unnest($1::text[]) r
ON CONFLICT (district_id, role) DO UPDATE SET verified_by = excluded.verified_by, verified_at = now()
