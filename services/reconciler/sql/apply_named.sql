-- The records that joins name: members, and guardians that had no account yet. $1 plan.
INSERT INTO plan_named
SELECT node, split_part(node, ':', 2)::uuid, substr(node, 40) FROM (
    SELECT subject AS node FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL AND kind = 'join'
        AND (decision = 'approved' OR (decision IS NULL AND hold = ''))
    UNION
    SELECT substr(field, 10) FROM plan_item
    WHERE district_id = tenant() AND plan_id = $1::uuid AND outcome IS NULL AND kind = 'join'
        AND (decision = 'approved' OR (decision IS NULL AND hold = ''))
        AND field LIKE 'guardian:r:%') n
