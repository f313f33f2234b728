-- Pairs, the likeliest first. $1 state or NULL: all that are not declined, $2 limit.
SELECT s.stays, s.goes, s.confidence, array_to_string(s.reasons, ', '),
       CASE WHEN g.merged_into = s.stays THEN 'merged' ELSE s.state END AS state, s.decided_by, s.decided_at,
       concat_ws(' ', a.given_name, a.family_name), a.email, concat_ws(' ', g.given_name, g.family_name), g.email
FROM merge_suggestion s
JOIN account g ON g.district_id = tenant() AND g.account_id = s.goes
JOIN account a ON a.district_id = tenant() AND a.account_id = s.stays
WHERE s.district_id = tenant() AND CASE WHEN $1::text IS NULL THEN s.state <> 'declined'
    ELSE CASE WHEN g.merged_into = s.stays THEN 'merged' ELSE s.state END = $1::text END
ORDER BY s.confidence DESC, s.stays, s.goes LIMIT $2::bigint
