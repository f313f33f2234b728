-- The stage of runs that no longer need it.
DELETE FROM stage_record s USING run r
WHERE r.source_id = $1::uuid AND s.run_id = r.run_id AND r.requested_at > now() - interval '8 days'
  AND (r.finished_at IS NOT NULL OR r.phase IN ('mirrored', 'planned', 'done'))
