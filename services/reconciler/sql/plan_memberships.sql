-- The memberships and guardianships that stand, or stood, for the accounts to decide.
SELECT p.person, p.account_id,
    'class:' || u.source_id || ':' || u.class_id || ':' || h.role, h.ended_on IS NULL,
    h.origin = 'hand', h.version
FROM plan_account p
JOIN membership h ON h.district_id = tenant() AND h.account_id = p.account_id
JOIN user_list u ON u.district_id = tenant() AND u.list_id = h.list_id
UNION ALL
SELECT p.person, p.account_id, 'guardian:a:' || g.guardian_id, g.ended_on IS NULL,
    g.origin = 'hand', g.version
FROM plan_account p
JOIN guardianship g ON g.district_id = tenant() AND g.student_id = p.account_id
ORDER BY 1, 2
