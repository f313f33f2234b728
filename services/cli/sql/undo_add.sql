INSERT INTO undo (district_id, run_id, history_id, requested_by) VALUES (tenant(), $1::uuid, $2::bigint, $3::text) RETURNING undo_id
