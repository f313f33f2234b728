-- $1 run.
SELECT jsonb_build_object(
    'joined', count(*) FILTER (WHERE kind = 'join' AND field LIKE 'class:%'),
    'ended', count(*) FILTER (WHERE kind = 'end' AND field LIKE 'class:%'),
    'guardians', count(*) FILTER (WHERE kind = 'join' AND field LIKE 'guardian:%'),
    'guardians_ended', count(*) FILTER (WHERE kind = 'end' AND field LIKE 'guardian:%'))
FROM history
WHERE district_id = tenant() AND run_id = $1::uuid AND undone_at IS NULL AND kind IN ('join', 'end') AND $2::text <> ''
