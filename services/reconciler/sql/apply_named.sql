-- The records that joins name: members, and guardians that had no account yet.
INSERT INTO plan_named
SELECT node, split_part(node, ':', 2)::uuid, substr(node, 40) FROM (
    SELECT subject AS node FROM plan_go WHERE kind = 'join'
    UNION
    SELECT substr(field, 10) FROM plan_go WHERE kind = 'join' AND field LIKE 'guardian:r:%') n
