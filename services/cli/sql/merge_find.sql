-- The act that merged an account into another, while that stands. $1 account that went.
SELECT h.act_id::text, (SELECT count(*) FROM history x WHERE x.district_id = tenant() AND x.act_id = h.act_id AND x.evidence = h.evidence AND x.undone_at IS NULL)
FROM history h
JOIN account g ON g.district_id = tenant() AND g.account_id = h.account_id AND g.merged_into IS NOT NULL
WHERE h.district_id = tenant() AND h.account_id = $1::uuid AND h.kind = 'merge' AND h.undone_at IS NULL ORDER BY h.history_id DESC LIMIT 1
