-- What people said, the last first, of the account that stands for theirs by now, and whether that follows the record. $1 limit.
SELECT w.sourced_id, n.account_id, CASE WHEN w.accepted THEN 'accepted' ELSE 'declined' END, w.said_by, w.said_at, w.why, nullif(w.rule, ''), w.confidence,
       l.account_id IS NOT NULL, s.name
FROM match_answer w CROSS JOIN LATERAL (SELECT account_stays(w.account_id) AS account_id) n
LEFT JOIN source s ON s.district_id = tenant() AND s.source_id = w.source_id
LEFT JOIN account_link l ON l.district_id = tenant() AND l.source_id = w.source_id AND l.sourced_id = w.sourced_id AND l.account_id = n.account_id
WHERE w.district_id = tenant() ORDER BY w.said_at DESC, w.sourced_id, w.account_id LIMIT $1::bigint
