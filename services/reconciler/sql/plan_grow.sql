-- Closes the candidates under matching keys and links: the neighbours of round $1 become round $1 +
-- 1.
INSERT INTO plan_cand
SELECT DISTINCT n.node, $1::int + 1 FROM (
    SELECT b.node FROM plan_cand c JOIN match_key a ON a.district_id = tenant() AND a.node = c.node
    JOIN match_key b ON b.district_id = tenant() AND b.key = a.key
    WHERE c.round = $1::int
    UNION
    SELECT 'a:' || l.account_id FROM plan_cand c
    JOIN account_link l ON l.district_id = tenant() AND l.source_id = c.source_id
        AND l.sourced_id = c.sourced_id
    WHERE c.round = $1::int
    UNION
    SELECT 'r:' || l.source_id || ':' || l.sourced_id FROM plan_cand c
    JOIN account_link l ON l.district_id = tenant() AND l.account_id = c.account_id
    WHERE c.round = $1::int) n
ON CONFLICT DO NOTHING
