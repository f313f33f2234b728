-- What holds the candidates together: nodes that give the same text belong to one person.
SELECT c.node, k.key FROM plan_cand c JOIN match_key k ON k.district_id = tenant()
    AND k.node = c.node
UNION ALL
SELECT c.node, 'link:' || l.account_id FROM plan_cand c
JOIN account_link l ON l.district_id = tenant() AND l.source_id = c.source_id
    AND l.sourced_id = c.sourced_id
UNION ALL
SELECT c.node, 'link:' || c.account_id FROM plan_cand c WHERE c.account_id IS NOT NULL
UNION ALL
SELECT c.node, c.node FROM plan_cand c
