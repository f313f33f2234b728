-- $1 act, $2 by whom.
INSERT INTO undo (district_id, act_id, requested_by) VALUES (tenant(), $1::uuid, $2::text) RETURNING undo_id::text
