-- The phase, the mirror's new version, the token given up, parked runs Superseded: all or nothing
-- with the snapshot (C5, R4).
WITH moved AS (
    UPDATE run SET phase = 'mirrored', mirrored_at = now() WHERE run_id = $1::uuid
        AND phase = 'checked' RETURNING source_id
), closed AS (
    UPDATE dead_letter SET state = 'closed', closed_at = now(), closed_by = 'rollcall-reconciler',
        closed_reason = 'its run went on without it'
    WHERE run_id = $1::uuid AND state = 'open'
)
UPDATE source s SET mirror_version = s.mirror_version + 1,
    moved_version = CASE WHEN EXISTS (
            SELECT FROM w_in i WHERE i.act IN ('new', 'returned', 'changed'))
        OR EXISTS (SELECT FROM w_away) THEN s.mirror_version + 1 ELSE s.moved_version END
FROM moved m
WHERE s.source_id = m.source_id
