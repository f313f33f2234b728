-- What became of memberships; of class lists only for who sees the whole district. $1 run, $2 zone, $3 member.
SELECT jsonb_build_object(
    'joined', count(*) FILTER (WHERE kind = 'join' AND field LIKE 'class:%'),
    'ended', count(*) FILTER (WHERE kind = 'end' AND field LIKE 'class:%'),
    'guardians', count(*) FILTER (WHERE kind = 'join' AND field LIKE 'guardian:%'),
    'guardians_ended', count(*) FILTER (WHERE kind = 'end' AND field LIKE 'guardian:%'),
    'lists_made', (SELECT count(*) FROM user_list u WHERE u.district_id = tenant() AND u.made_run = $1::uuid AND scope.schools IS NULL),
    'lists_renamed', count(*) FILTER (WHERE kind = 'rename'),
    'lists_ended', (SELECT count(*) FROM user_list u WHERE u.district_id = tenant() AND u.ended_run = $1::uuid AND scope.schools IS NULL))
FROM (SELECT member_schools($3::uuid) AS schools) scope
LEFT JOIN history h ON h.district_id = tenant() AND h.run_id = $1::uuid AND h.undone_at IS NULL AND h.kind IN ('join', 'end', 'rename')
    AND (scope.schools IS NULL OR h.school = ANY (scope.schools))
WHERE $2::text <> ''
GROUP BY scope.schools
