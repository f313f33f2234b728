-- What holds the candidates together: nodes that give the same text belong to one person.
SELECT c.node, k.key FROM plan_cand c JOIN match_key k ON k.district_id = tenant() AND k.node = c.node
UNION ALL
SELECT c.node, 'link:' || l.account_id FROM plan_cand c
JOIN account_link l ON l.district_id = tenant() AND c.node LIKE 'r:%' AND l.source_id = split_part(c.node, ':', 2)::uuid
    AND l.sourced_id = substr(c.node, 40)
UNION ALL
SELECT c.node, 'link:' || substr(c.node, 3) FROM plan_cand c WHERE c.node LIKE 'a:%'
UNION ALL
SELECT c.node, c.node FROM plan_cand c
