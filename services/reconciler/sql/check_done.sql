-- $5: checked, or verifying where people are asked for by id first (C4); $6: more of them than are
-- asked.
UPDATE run SET phase = $5, suspect = $2::boolean, unverified = $6::boolean,
    verifying_at = CASE WHEN $5 = 'verifying' THEN now() END,
    counts = counts || jsonb_build_object('missing', $3::bigint, 'twice', $4::bigint)
WHERE run_id = $1::uuid AND phase = 'ready'
