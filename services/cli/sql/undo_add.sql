-- As it was shown: $1 run, $2 entry or NULL, $3 by whom, $4 hash, $5 the last entry that was shown, $6 those that stay.
INSERT INTO undo (district_id, run_id, history_id, requested_by, hash, up_to, leaves)
VALUES (tenant(), $1::uuid, $2::bigint, $3::text, $4::text, $5::bigint, $6::bigint[]) RETURNING undo_id
